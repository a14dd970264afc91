import { isDeepStrictEqual } from 'node:util';
import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { noteOnAccount } from '../write-account.ts';
import { type Attempt, findAttempt, takeAttempt } from './attempt.ts';
import { nextChallenge } from './next-challenge.ts';

/**
 * Ends an attempt in which everything was proven, and notes the sign-in. Single use: of many callers one gets through.
 * What is stored counts, not the attempt that the caller holds.
 * @returns the account, and when the person signed in, milliseconds since the epoch
 * @throws Refusal `attempt-expired` (also: something is still to prove, signed out everywhere, account deleted),
 * `user-disabled`
 */
export async function completeSignIn(
  pool: Pick<Pool, 'accounts' | 'sessions' | 'settings' | 'clock'>,
  { id }: Pick<Attempt, 'id'>,
): Promise<{ account: Account; authTime: number }> {
  const attempt = await findAttempt(pool, id);
  const account = attempt && (await pool.accounts.find(attempt.accountId));
  if (!attempt || !account) throw new Refusal('attempt-expired');
  if (!account.enabled) throw new Refusal('user-disabled');
  // Asked before it is taken: a person who came here too early can still go on.
  if (nextChallenge({ settings: pool.settings, account, attempt }).name !== 'DONE')
    throw new Refusal('attempt-expired');
  const taken = await takeAttempt(pool, id);
  // Between the two somebody may have begun anew in the same window, as another person or with less proven.
  if (!isDeepStrictEqual(taken, attempt)) throw new Refusal('attempt-expired');

  const authTime = pool.clock.now();
  const signedIn = await noteOnAccount(pool, account.id, (current) => {
    // Within the write: disabling and signing out everywhere begin an epoch, and win over a sign-in at that moment.
    if (current.epoch !== attempt.epoch) throw new Refusal('attempt-expired');
    return { ...current, lastSignInAt: authTime };
  });
  return { account: signedIn, authTime };
}
