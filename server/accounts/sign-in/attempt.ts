import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { passwordMark } from '../password-proof.ts';

/** What a person can have proven. */
export type Proof =
  | 'password'
  /** A provider outside has said who the person is. */
  | 'provider';

/** One person signing in to one client: what they have proven so far. It lives on the server only (ATK-27, ATK-44). */
export interface Attempt {
  /** The interaction's uid for pages, a random session for the JSON API. */
  id: string;
  clientId: string;
  accountId: string;
  /** The name that they typed, to show it again. */
  typed: string;
  proven: Proof[];
  /** Which password the account had when the attempt began: see `password-proof.ts`. */
  passwordMark?: string;
  /** The account's when the attempt began. Signing out everywhere ends attempts that are under way, too. */
  epoch: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

const KIND = 'attempt';

export interface Beginning {
  id: string;
  client: Pick<Client, 'id'>;
  account: Account;
  typed: string;
  proven: Proof[];
}

/** An attempt that is stored nowhere yet. */
export function newAttempt({ clock }: Pick<Pool, 'clock'>, { client, account, ...said }: Beginning): Attempt {
  return {
    ...said,
    clientId: client.id,
    accountId: account.id,
    passwordMark: passwordMark(account),
    epoch: account.epoch,
    startedAt: clock.now(),
  };
}

/** Begins an attempt, in place of an earlier one with the same id: who types another name starts over. */
export async function beginAttempt(
  pool: Pick<Pool, 'sessions' | 'clock'>,
  { lifetimeMs, ...beginning }: Beginning & { lifetimeMs: number },
): Promise<Attempt> {
  const attempt = newAttempt(pool, beginning);
  await keepAttempt(pool, attempt, attempt.startedAt + lifetimeMs);
  return attempt;
}

/** @param expiresAt milliseconds since the epoch */
export async function keepAttempt(
  pool: Pick<Pool, 'sessions'>,
  attempt: Attempt,
  expiresAt: number,
): Promise<void> {
  await pool.sessions.put(KIND, attempt.id, attempt, expiresAt);
}

export async function findAttempt(pool: Pick<Pool, 'sessions'>, id: string): Promise<Attempt | undefined> {
  return pool.sessions.find<Attempt>(KIND, id);
}

/** Of many callers at once one gets the attempt; afterwards there is none. */
export async function takeAttempt(pool: Pick<Pool, 'sessions'>, id: string): Promise<Attempt | undefined> {
  return pool.sessions.take<Attempt>(KIND, id);
}

/**
 * Runs one step of an attempt while nobody else can: of many callers at once one has it, the others are refused. A step
 * that is refused gives it back, and the person may try again (SEC-93); what was proven meanwhile is another attempt.
 * @throws Refusal `session-used`, and whatever the step throws
 */
export async function holdingAttempt<T>(
  pool: Pick<Pool, 'sessions'>,
  { id, expiresAt }: { id: string; expiresAt: number },
  step: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const attempt = await takeAttempt(pool, id);
  if (!attempt) throw new Refusal('session-used');
  try {
    return await step(attempt);
  } catch (error) {
    if (error instanceof Refusal) await keepAttempt(pool, attempt, expiresAt);
    throw error;
  }
}
