import { setTimeout as wait } from 'node:timers/promises';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

/** What is known of the password attempts on one account. Times in milliseconds since the epoch. */
interface Attempts {
  failed: number;
  lockedUntil: number;
  lastAt: number;
  /** When the attempts began that are being checked now. */
  checking: number[];
}

const KIND = 'password-attempts';
const FREE_FAILURES = 5;
const LONGEST_LOCK_MS = 15 * 60 * 1000;
const QUIET_MS = 15 * 60 * 1000;
/** The store's expiry is set once, at the first attempt; by `QUIET_MS` the count usually begins anew much earlier. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** A process that died while it checked holds a place no longer than this. */
const CHECK_MS = 20_000;
/** How often, and at what pace, an attempt asks for a free place: about three seconds in all. */
const PACES_MS = [10, 20, 40, 80, 160, 320, 640, 640, 640, 640];

/** All five places are taken by attempts that are being checked. */
class Full extends Error {}

/**
 * Runs one password check of a subject (an account, or a name that belongs to nobody), so that guessing is slow: the
 * fifth failure locks for a second, each further one for twice as long, up to 15 minutes; a success, or 15 quiet
 * minutes, forgets them (SEC-256..260). During a lock nothing is checked and nothing is counted.
 *
 * An attempt takes one of the places that are left before the lock, and checks only then. Guesses sent at the same
 * moment therefore get as many checks as guesses sent one after the other (ATK-40), while a person or program with
 * the right password that signs in many times at once only waits its turn.
 * @param check resolves to whether the password was right
 * @throws Refusal `attempts-exceeded` during a lock, `busy` when no place became free
 */
export async function throttled<T extends { matches: boolean }>(
  pool: Pick<Pool, 'sessions' | 'clock'>,
  subject: string,
  check: () => Promise<T>,
): Promise<T> {
  const startedAt = await takePlace(pool, subject);
  let result: T;
  try {
    result = await check();
  } catch (error) {
    await change(pool, subject, (attempts) => ({ ...attempts, checking: without(attempts, startedAt) }));
    throw error;
  }
  if (result.matches) await pool.sessions.remove(KIND, subject);
  else await change(pool, subject, (attempts) => failedOnce(attempts, startedAt, pool.clock.now()));
  return result;
}

/** Forgets the failures of an account: its password was set by other means. */
export async function unlock(pool: Pick<Pool, 'sessions'>, subject: string): Promise<void> {
  await pool.sessions.remove(KIND, subject);
}

async function takePlace(pool: Pick<Pool, 'sessions' | 'clock'>, subject: string): Promise<number> {
  for (const pace of [...PACES_MS, undefined]) {
    const now = pool.clock.now();
    try {
      await change(pool, subject, (attempts) => begun(attempts, now), { likelyNew: true });
      return now;
    } catch (error) {
      if (!(error instanceof Full)) throw error;
      if (pace === undefined) break;
      await wait(pace * (1 + Math.random()));
    }
  }
  throw new Refusal('busy');
}

function begun(attempts: Attempts, now: number): Attempts {
  if (now < attempts.lockedUntil) throw new Refusal('attempts-exceeded');
  const current = forgetOld(attempts, now);
  const places = Math.max(1, FREE_FAILURES - current.failed);
  if (current.checking.length >= places) throw new Full();
  return { ...current, lastAt: now, checking: [...current.checking, now] };
}

/** A quiet time forgets the failures; it is never shorter than twice the lock, or the longest lock would end them. */
function forgetOld(attempts: Attempts, now: number): Attempts {
  const lock = attempts.lockedUntil - attempts.lastAt;
  const forgotten = now - attempts.lastAt >= Math.max(QUIET_MS, 2 * lock);
  const checking = attempts.checking.filter((at) => now - at < CHECK_MS);
  return forgotten ? { ...EMPTY, checking } : { ...attempts, checking };
}

function failedOnce(attempts: Attempts, startedAt: number, now: number): Attempts {
  const failed = attempts.failed + 1;
  const lock = failed < FREE_FAILURES ? 0 : Math.min(1000 * 2 ** (failed - FREE_FAILURES), LONGEST_LOCK_MS);
  return { failed, lastAt: now, lockedUntil: now + lock, checking: without(attempts, startedAt) };
}

/** One of the attempts that began at that time: which one makes no difference. */
function without({ checking }: Attempts, startedAt: number): number[] {
  const index = checking.indexOf(startedAt);
  return index < 0 ? checking : checking.toSpliced(index, 1);
}

const EMPTY: Attempts = { failed: 0, lockedUntil: 0, lastAt: 0, checking: [] };

/**
 * Changes the record in one step, or makes it. Which of the two is tried first only saves work: nearly nobody has a
 * record when an attempt begins, and everybody has one when it ends.
 */
async function change(
  pool: Pick<Pool, 'sessions' | 'clock'>,
  subject: string,
  step: (attempts: Attempts) => Attempts,
  { likelyNew = false } = {},
): Promise<void> {
  const { sessions, clock } = pool;
  for (let makes = likelyNew; ; makes = !makes) {
    try {
      if (makes) await sessions.create(KIND, subject, step(EMPTY), clock.now() + KEPT_MS);
      else await sessions.update<Attempts>(KIND, subject, step);
      return;
    } catch (error) {
      // Somebody else made it, or removed it, at the same moment: then the other way.
      if (!(error instanceof (makes ? AlreadyExists : Missing))) throw error;
    }
  }
}
