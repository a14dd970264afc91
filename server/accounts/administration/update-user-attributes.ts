import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { applyAttributes } from '../attributes/apply-attributes.ts';
import { changedContacts } from '../attributes/changed-contacts.ts';
import { type Attributes, checkAttributes } from '../attributes/check-attributes.ts';
import { checkKept } from '../attributes/check-kept.ts';
import { claimAlias } from '../attributes/claim-alias.ts';
import { refuseTakenNames } from '../attributes/refuse-taken-names.ts';
import { forgetGivenUp, sendVerifications } from '../attributes/send-verification.ts';
import { requireAccount } from '../find-account.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';
import { changeAccount } from '../write-account.ts';

/**
 * An administrator changes somebody's attributes, also those that no client may write; an empty value removes one.
 *
 * A contact that is said to be verified in the same breath is, at once and without a message (USR-54); as an alias it
 * moves here from whoever held it, who then signs in by username (9.5). One that is not is sent a code where the pool
 * verifies it, and waits for that where the pool demands it. The time in which a temporary password must be used starts
 * again (USR-82). All is changed, or nothing; when a message cannot be sent afterwards the change stands.
 * @throws Refusal `user-not-found`, `attribute-schema`, `attribute-immutable`, `email-format`, `phone-format`,
 * `invalid-parameter`, `alias-taken`, `delivery-failed`
 */
export async function updateUserAttributes(
  pool: Sending & Pick<Pool, 'accounts'>,
  { username, given }: { username: string; given: Attributes },
): Promise<Account> {
  const { settings } = pool;
  const account = await requireAccount(pool, username);
  const toVerify = changedContacts(settings, account.attributes, given).filter(
    ({ attribute }) => given[`${attribute}_verified`] !== 'true',
  );
  const atOnce = { ...given };
  for (const { attribute, replaces } of toVerify) {
    if (replaces === undefined) continue;
    delete atOnce[attribute];
    delete atOnce[`${attribute}_verified`];
  }
  const merge = (current: Attributes): Attributes => {
    checkAttributes({ schema: settings.SchemaAttributes, given, current });
    const merged = applyAttributes(current, atOnce);
    checkKept(pool, current, merged);
    return merged;
  };
  merge(account.attributes);
  await refuseTakenNames(pool, account, given);
  const write = () =>
    changeAccount(pool, account.id, (current) => ({
      ...current,
      attributes: merge(current.attributes),
      ...(current.status === 'FORCE_CHANGE_PASSWORD' && { temporaryPasswordAt: pool.clock.now() }),
    }));
  const changed = await claimAlias(pool, write, { takeOver: true });
  await forgetGivenUp(pool, account, given);
  await sendVerifications(pool, changed, toVerify);
  return changed;
}
