import { randomBytes } from 'node:crypto';
import { AlreadyExists } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { Unsealable } from '../../vault.ts';

type Sealing = Pick<Pool, 'id' | 'vault' | 'clock'>;

/** What every session says, whatever else it carries. */
export interface Session {
  /** Random; what is stored for the session is stored under it. */
  id: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

const PURPOSE = 'sign-in-session';
const USED = 'used-session';
const MINUTE_MS = 60_000;

/** What a client may take between two calls of one sign-in, in milliseconds (SEC-45, SEC-46). */
function sessionLifetimeMs({ settings }: Pick<Client, 'settings'>): number {
  return settings.AuthSessionValidity * MINUTE_MS;
}

export function newSession(pool: Pick<Pool, 'clock'>, client: Pick<Client, 'settings'>): Session {
  const id = randomBytes(16).toString('base64url');
  return { id, expiresAt: pool.clock.now() + sessionLifetimeMs(client) };
}

/**
 * A session of the JSON API: what an application carries from one call of a sign-in to the next. It is sealed for this
 * pool, client and challenge, so that it cannot be read, changed, or used elsewhere (SEC-48, SEC-49, SEC-51), and
 * nothing is stored for somebody who has proven nothing yet.
 */
export function sealSession<T extends object>(
  pool: Pick<Pool, 'id' | 'vault'>,
  client: Pick<Client, 'id'>,
  challenge: string,
  contents: T & Session,
): string {
  return pool.vault.seal(PURPOSE, contextOf(pool, client, challenge), JSON.stringify(contents));
}

/**
 * What a session carries.
 * @throws Refusal `session-malformed`, `session-invalid` (not sealed for this pool, client and challenge),
 * `attempt-expired`
 */
export function openSession<T extends object>(
  pool: Sealing,
  client: Pick<Client, 'id'>,
  challenge: string,
  session: string,
): T & Session {
  if (!hasForm(session)) throw new Refusal('session-malformed');
  try {
    const contents: T & Session = JSON.parse(
      pool.vault.open(PURPOSE, contextOf(pool, client, challenge), session),
    );
    if (contents.expiresAt <= pool.clock.now()) throw new Refusal('attempt-expired');
    return contents;
  } catch (error) {
    if (error instanceof Unsealable) throw new Refusal('session-invalid', {}, { cause: error });
    throw error;
  }
}

/**
 * Uses a session up; of many callers at once one gets through (SEC-47).
 * @throws Refusal `session-used`
 */
export async function useSession(pool: Pick<Pool, 'sessions'>, { id, expiresAt }: Session): Promise<void> {
  try {
    await pool.sessions.create(USED, id, {}, expiresAt);
  } catch (error) {
    if (error instanceof AlreadyExists) throw new Refusal('session-used', {}, { cause: error });
    throw error;
  }
}

/**
 * Runs the step that a session is for, and uses the session up with it. A step that is refused gives it back: who
 * mistypes a password may answer again (2.7: one successful use).
 * @throws Refusal `session-used`, and whatever the step throws
 */
export async function usingSession<T>(
  pool: Pick<Pool, 'sessions'>,
  session: Session,
  step: () => Promise<T>,
): Promise<T> {
  await useSession(pool, session);
  try {
    return await step();
  } catch (error) {
    if (error instanceof Refusal) await pool.sessions.remove(USED, session.id);
    throw error;
  }
}

/** Base64 has spare bits at its end: a text with others there would decode to the same session, and is none. */
function hasForm(session: string): boolean {
  const [, body = ''] = /^v1\.([\w-]{20,})$/.exec(session) ?? [];
  return body !== '' && Buffer.from(body, 'base64url').toString('base64url') === body;
}

function contextOf(pool: Pick<Pool, 'id'>, client: Pick<Client, 'id'>, challenge: string): string {
  return `${pool.id}/${client.id}/${challenge}`;
}
