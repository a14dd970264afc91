import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { subjectOf } from '../codes/code.ts';
import { onlyWrongCounts } from '../limits/only-wrong-counts.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { temporaryPasswordExpired } from './temporary-password.ts';
import { throttled } from './throttle.ts';

type Checking = Pick<Pool, 'id' | 'sessions' | 'settings' | 'vault' | 'clock' | 'limits'>;

export interface FirstFactor<T extends { matches: boolean }> {
  /** The name that was typed. */
  username: string;
  /** The client's, as far as it is known. */
  address?: string;
  find(): Promise<Account | undefined>;
  /** Does the same work for somebody who does not exist, and then never matches. */
  check(account: Account | undefined): Promise<T>;
}

/**
 * Checks a password, in whatever form it is proven, under the rules that all forms share. Attempts are counted for the
 * account, whatever it was called and whichever form was tried (ATK-42); wrong ones for the client's address and the
 * pool too, whoever is named. Neither the answer nor the work tells who has an account (ATK-47).
 * @throws Refusal `credentials-wrong`, `user-not-found` (only where the client does not hide it), `user-disabled`,
 * `password-reset-required`, `temporary-password-expired`, `attempts-exceeded`, `too-many-requests`, `busy`
 */
export async function checkFirstFactor<T extends { matches: boolean }>(
  pool: Checking,
  client: Pick<Client, 'settings'>,
  { username, address, find, check }: FirstFactor<T>,
): Promise<{ account: Account; result: T }> {
  const hides = client.settings.PreventUserExistenceErrors === 'ENABLED';
  const turn = await takeTurn(pool, 'guesses', address);
  const account = await find();
  if (account && !account.enabled && !hides) throw new Refusal('user-disabled');
  if (mustReset(account)) throw new Refusal('password-reset-required');

  const subject = subjectOf(pool, account, username);
  const result = await onlyWrongCounts(turn, () => throttled(pool, subject, () => check(account)));
  if (!account && !hides) throw new Refusal('user-not-found');
  if (!account || !result.matches) throw new Refusal('credentials-wrong');
  if (!account.enabled) throw new Refusal('user-disabled');
  if (temporaryPasswordExpired(pool.settings, account, pool.clock.now()))
    throw new Refusal('temporary-password-expired');
  return { account, result };
}

/** Told whatever the password is, and before it is asked for: who was imported has none to prove (USR-08). */
export function mustReset(account: Account | undefined): boolean {
  return account?.enabled === true && account.status === 'RESET_REQUIRED';
}
