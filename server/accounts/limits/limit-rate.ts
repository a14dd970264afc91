import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import type { RateKind } from '../../settings/rates.ts';

const WINDOW_MS = 1000;

/**
 * Counts one call of a kind in this second of the clock.
 * @param accountId counts for this person only, who has proven to be it: nobody uses up the rate of another
 * @throws Refusal `too-many-requests` when no more of them are taken in this second
 */
export async function limitRate(
  pool: Pick<Pool, 'sessions' | 'clock' | 'rates'>,
  kind: RateKind,
  accountId?: string,
): Promise<void> {
  const rate = pool.rates?.[kind] ?? 0;
  if (rate === 0) return;
  const second = Math.floor(pool.clock.now() / WINDOW_MS);
  const whose = accountId === undefined ? kind : `${kind}/${accountId}`;
  if ((await pool.sessions.count('rate', `${whose}/${second}`, WINDOW_MS)) > rate)
    throw new Refusal('too-many-requests', { retryAfter: '1' });
}
