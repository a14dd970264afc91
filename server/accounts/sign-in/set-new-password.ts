import type { Account } from '#adapters/accounts/store.ts';
import { writableAttributes } from '../../attribute-permissions.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { applyAttributes } from '../attributes/apply-attributes.ts';
import { type Attributes, checkAttributes, checkRequired } from '../attributes/check-attributes.ts';
import { claimAlias } from '../attributes/claim-alias.ts';
import { nextPassword } from '../password-history.ts';
import { checkPasswordPolicy } from '../password-policy.ts';
import { changeAccount } from '../write-account.ts';
import { temporaryPasswordExpired } from './temporary-password.ts';

/**
 * The first sign-in of an account that an administrator made: a password of the person's own, and what the schema
 * requires and nobody has given yet. What the administrator gave may be changed too, and is then unproven (SEC-94). The
 * account is CONFIRMED afterwards and never expires (USR-77, USR-81).
 * The caller has proven the temporary password.
 * @throws Refusal `attempt-expired` when the account needs no new password any more, `temporary-password-expired`,
 * `password-policy`, `password-reused`, `attribute-*`, `email-format`, `phone-format`, `alias-taken`, `busy`
 */
export async function setNewPassword(
  pool: Pick<Pool, 'id' | 'accounts' | 'settings' | 'passwords' | 'vault' | 'clock'>,
  client: Pick<Client, 'settings'>,
  account: Account,
  { password, attributes }: { password: string; attributes: Attributes },
): Promise<Account> {
  const { settings } = pool;
  const writable = writableAttributes(pool, client);
  const merge = (current: Account): Attributes => {
    if (current.status !== 'FORCE_CHANGE_PASSWORD') throw new Refusal('attempt-expired');
    // An invitation can be old, and its temporary password is the weakest one that an account ever has (ATK-28).
    if (temporaryPasswordExpired(settings, current, pool.clock.now()))
      throw new Refusal('temporary-password-expired');
    checkAttributes({
      schema: settings.SchemaAttributes,
      given: attributes,
      current: current.attributes,
      writable,
    });
    const merged = applyAttributes(current.attributes, attributes);
    checkRequired(settings.SchemaAttributes, merged);
    return merged;
  };
  merge(account);
  checkPasswordPolicy(settings.Policies.PasswordPolicy, password);

  const proof = await nextPassword(pool, account, password);
  const write = () =>
    changeAccount(pool, account.id, (current) => {
      // Two windows with the same invitation: the one that writes second must not undo the first.
      if (current.passwordHash !== account.passwordHash) throw new Refusal('attempt-expired');
      const { temporaryPasswordAt: _, ...rest } = current;
      return { ...rest, ...proof, status: 'CONFIRMED', attributes: merge(current) };
    });
  return claimAlias(pool, write, { takeOver: false });
}
