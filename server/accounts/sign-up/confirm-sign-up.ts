import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { claimAlias } from '../attributes/claim-alias.ts';
import { subjectOf } from '../codes/code.ts';
import { redeemCode } from '../codes/redeem-code.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { changeAccount } from '../write-account.ts';

export interface Confirmation {
  username: string;
  code: string;
  /** Take the contact over when it is another account's alias. */
  forceAliasCreation?: boolean;
  /** The client's, as far as it is known. */
  address?: string;
}

/**
 * Confirms an account by the code that it was sent, and marks the contact that the code went to as verified (USR-34).
 * An alias conflict leaves the code good, so that the same code can come again with `forceAliasCreation`.
 * @throws Refusal `cannot-confirm`, `code-wrong`, `code-expired`, `code-attempts-exceeded`, `too-many-requests`,
 * `alias-taken`; where the client does not hide it also `user-not-found`, `user-disabled`
 */
export async function confirmSignUp(
  pool: Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'vault' | 'clock' | 'limits'>,
  client: Pick<Client, 'settings'>,
  { username, code, forceAliasCreation = false, address }: Confirmation,
): Promise<Account> {
  const account = await findAccount(pool, username);
  const hides = client.settings.PreventUserExistenceErrors === 'ENABLED';
  const refusal = refusalOf(account, hides);
  if (refusal) {
    // Told without a code: who asks it of many names is stopped as who guesses codes is.
    await takeTurn(pool, 'guesses', address);
    throw refusal;
  }
  const subject = subjectOf(pool, account, username);

  return redeemCode(pool, { purpose: 'confirm-sign-up', subject, code, address }, ({ attribute, value }) => {
    const confirm = () =>
      changeAccount(pool, subject, (current) => {
        refuseUnlessUnconfirmed(current);
        // The code proves the address that it went to, not one that has replaced it since. Who was disabled is told as
        // much, so as not to take an alias from anybody.
        if (!current.enabled || current.attributes[attribute] !== value) throw new Refusal('code-expired');
        const attributes = { ...current.attributes, [`${attribute}_verified`]: 'true' };
        return { ...current, status: 'CONFIRMED', attributes };
      });
    return claimAlias(pool, confirm, { takeOver: forceAliasCreation });
  });
}

/** Why no code confirms this account, as far as the client may know. */
function refusalOf(account: Account | undefined, hides: boolean): Refusal | undefined {
  if (!account) return hides ? undefined : new Refusal('user-not-found');
  if (account.status !== 'UNCONFIRMED') return cannotConfirm(account);
  return account.enabled || hides ? undefined : new Refusal('user-disabled');
}

/** @throws Refusal `cannot-confirm` */
export function refuseUnlessUnconfirmed(account: Account): void {
  if (account.status !== 'UNCONFIRMED') throw cannotConfirm(account);
}

const cannotConfirm = ({ status }: Account) => new Refusal('cannot-confirm', { status });
