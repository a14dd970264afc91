import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { ADDRESS_WINDOW_MS, DEFAULT_LIMITS, type Limited, POOL_WINDOW_MS } from '../../settings/limits.ts';
import { addressGroup } from './address-group.ts';

export type Limiting = Pick<Pool, 'sessions' | 'clock' | 'limits'>;

export interface Turn {
  /** It was no abuse after all, say a right password: it counts no longer. */
  giveBack(): Promise<void>;
}

interface Counter {
  id: string;
  most: number;
  windowMs: number;
  endsAt: number;
}

/**
 * Counts what somebody is about to do, and refuses it past the limit of their address or of the pool. Call it before
 * the work. Without an address only the pool's limit holds: the caller is the server itself, or a trusted program.
 * @throws Refusal `too-many-requests`; its detail `retryAfter` is in seconds
 */
export async function takeTurn(pool: Limiting, what: Limited, address: string | undefined): Promise<Turn> {
  const counters = countersOf(pool, what, address);
  for (const counter of counters) await countOne(pool, counter);
  return {
    async giveBack() {
      await Promise.all(
        counters.map(({ id, windowMs }) => pool.sessions.count('limit-given-back', id, windowMs)),
      );
    },
  };
}

/**
 * Counts what turned out to be a failure, for work that is too frequent to be counted each time. What is under way at
 * the moment of the last failure still ends.
 * @throws Refusal `too-many-requests` when this failure was one too many
 */
export async function countFailure(
  pool: Limiting,
  what: Limited,
  address: string | undefined,
): Promise<void> {
  await takeTurn(pool, what, address);
}

/** @throws Refusal `too-many-requests` when failures that were counted have used up the limit */
export async function refuseAfterFailures(
  pool: Limiting,
  what: Limited,
  address: string | undefined,
): Promise<void> {
  for (const counter of countersOf(pool, what, address))
    if ((await pool.sessions.counted('limit', counter.id)) >= counter.most) throw refusal(pool, counter);
}

function countersOf(pool: Limiting, what: Limited, address: string | undefined): Counter[] {
  const { perAddress, perPool } = (pool.limits ?? DEFAULT_LIMITS)[what];
  const group = address === undefined ? undefined : addressGroup(address);
  const counter = (whose: string, most: number, windowMs: number): Counter[] => {
    if (most === 0) return [];
    // The window is part of the id: what is given back is then of the window in which it was counted.
    const window = Math.floor(pool.clock.now() / windowMs);
    return [{ id: `${what}/${whose}/${window}`, most, windowMs, endsAt: (window + 1) * windowMs }];
  };
  return [
    ...(group === undefined ? [] : counter(group, perAddress, ADDRESS_WINDOW_MS)),
    ...counter('pool', perPool, POOL_WINDOW_MS),
  ];
}

/** An address past its own limit is refused before it is counted for the pool, which it could otherwise use up. */
async function countOne(pool: Limiting, counter: Counter): Promise<void> {
  const taken = await pool.sessions.count('limit', counter.id, counter.windowMs);
  if (taken <= counter.most) return;
  // Read only here: as long as all that was ever taken fits, what was given back makes no difference.
  const givenBack = await pool.sessions.counted('limit-given-back', counter.id);
  if (taken - givenBack > counter.most) throw refusal(pool, counter);
}

function refusal({ clock }: Limiting, { endsAt }: Counter): Refusal {
  const retryAfter = Math.max(1, Math.ceil((endsAt - clock.now()) / 1000));
  return new Refusal('too-many-requests', { retryAfter: String(retryAfter) });
}
