import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { subjectOf } from '../codes/code.ts';
import { redeemCode } from '../codes/redeem-code.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { nextPassword } from '../password-history.ts';
import { checkPasswordPolicy } from '../password-policy.ts';
import { unlock } from '../sign-in/throttle.ts';
import { changeAccount } from '../write-account.ts';

export interface NewPassword {
  username: string;
  code: string;
  password: string;
  /** The client's, as far as it is known. */
  address?: string;
}

/**
 * Sets a new password with a code that `forgot-password.ts` sent. Whoever was signed in is signed out: the person who
 * resets a password may do so because somebody else knows the old one.
 * @throws Refusal `password-policy`, `password-reused`, `code-wrong`, `code-expired`, `code-attempts-exceeded`, `too-many-requests`,
 * `busy`; where the client does not hide it also `user-not-found`, `user-disabled`
 */
export async function confirmForgotPassword(
  pool: Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'passwords' | 'vault' | 'clock' | 'limits'>,
  client: Pick<Client, 'settings'>,
  { username, code, password, address }: NewPassword,
): Promise<Account> {
  checkPasswordPolicy(pool.settings.Policies.PasswordPolicy, password);
  const hides = client.settings.PreventUserExistenceErrors === 'ENABLED';
  const found = await findAccount(pool, username);
  if (!hides && !found?.enabled) {
    // Told without a code: who asks it of many names is stopped as who guesses codes is.
    await takeTurn(pool, 'guesses', address);
    throw new Refusal(found ? 'user-disabled' : 'user-not-found');
  }

  const subject = subjectOf(pool, found, username);
  const account = await redeemCode(
    pool,
    { purpose: 'forgot-password', subject, code, address },
    async ({ attribute, value }) => {
      // Codes of names without an account are for show and never right: what is made for them is thrown away.
      const owner = found ?? { id: subject, username };
      const proof = await nextPassword(pool, owner, password);
      return changeAccount(pool, subject, (current) => {
        // Was disabled, or has another address now, or has it proven no more, since the code was sent there; or the code
        // was for show.
        const { [attribute]: now, [`${attribute}_verified`]: verified } = current.attributes;
        const proven = now === value && verified === 'true';
        if (!current.enabled || !proven || !RESETTABLE.includes(current.status))
          throw new Refusal('code-expired');
        const { temporaryPasswordAt: _, ...rest } = current;
        return { ...rest, ...proof, status: 'CONFIRMED', epoch: current.epoch + 1 };
      });
    },
  ).catch((error: unknown) => {
    // A code of a name without an account was guessed, one time in a million.
    throw !found && error instanceof Refusal && error.reason === 'user-not-found'
      ? new Refusal('code-wrong', {}, { cause: error })
      : error;
  });
  await unlock(pool, account.id);
  return account;
}

const RESETTABLE: readonly Account['status'][] = ['CONFIRMED', 'RESET_REQUIRED', 'UNCONFIRMED'];
