import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import type { RateKind } from '../../settings/rates.ts';

const WINDOW_MS = 1000;

/**
 * Counts one call of a kind in this second of the clock.
 * @throws Refusal `too-many-requests` when the pool takes no more of them in this second
 */
export async function limitRate(
  pool: Pick<Pool, 'sessions' | 'clock' | 'rates'>,
  kind: RateKind,
): Promise<void> {
  const rate = pool.rates?.[kind] ?? 0;
  if (rate === 0) return;
  const second = Math.floor(pool.clock.now() / WINDOW_MS);
  if ((await pool.sessions.count('rate', `${kind}/${second}`, WINDOW_MS)) > rate)
    throw new Refusal('too-many-requests', { retryAfter: '1' });
}
