import { isDeepStrictEqual } from 'node:util';
import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { noteOnAccount } from '../write-account.ts';
import { type Attempt, findAttempt, takeAttempt } from './attempt.ts';
import { nextChallenge } from './next-challenge.ts';

/** Who signed in, and when: milliseconds since the epoch. */
export interface SignedIn {
  account: Account;
  authTime: number;
}

/**
 * Ends an attempt in which everything was proven, and notes the sign-in. Single use: of many callers one gets through.
 * What is stored counts, not the attempt that the caller holds.
 * @throws Refusal `attempt-expired` (also: something is still to prove, signed out everywhere, account deleted),
 * `user-disabled`
 */
export async function completeSignIn(
  pool: Pick<Pool, 'accounts' | 'sessions' | 'settings' | 'clock'>,
  { id }: Pick<Attempt, 'id'>,
): Promise<SignedIn> {
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
  return noteSignIn(pool, attempt);
}

/**
 * The last step, for an attempt that the caller alone has: taken from the store, or never put there.
 * @throws Refusal as `completeSignIn`
 */
export async function noteSignIn(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  attempt: Attempt,
): Promise<SignedIn> {
  const authTime = pool.clock.now();
  const account = await noteOnAccount(pool, attempt.accountId, (current) => {
    // Within the write: what begins an epoch, or asks for more proof, at this very moment wins over the sign-in.
    const { name } = nextChallenge({ settings: pool.settings, account: current, attempt });
    if (current.epoch !== attempt.epoch || name !== 'DONE') throw new Refusal('attempt-expired');
    return { ...current, lastSignInAt: authTime };
  });
  return { account, authTime };
}
