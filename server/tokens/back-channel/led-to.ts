/**
 * Back-channel logout: applications are told, from server to server, that a session of a person has ended. Those that
 * tell: `/logout` of the `openid` profile, which has the hosted session in hand, and whoever ends sessions without one,
 * such as the operations of the API (`tell-of-end.ts`). Never: a write or a read for a pool of the `cognito` profile, a
 * list that grows with the number of people, or a sign-out that fails because an application or a store does.
 *
 * This file: where the sessions of one person led, by the week in which an application first got its answer. Each week
 * is a record of its own that expires as a whole, so nobody has to clean up, and all that there is of a person is
 * read by naming a few records.
 */
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';

type Store = Pick<Pool, 'sessions' | 'clock'>;

/** An application that was answered in a hosted session. */
export interface Led {
  client: string;
  /** Of the hosted session. */
  uid: string;
  /** What the application knows the session by. */
  sid: string;
}

interface Week {
  led: Led[];
}

const KIND = 'led-to';
const WEEK_MS = 7 * 24 * 3_600_000;
/** Refresh tokens live 30 days unless a client says otherwise; this is five weeks at least. */
const WEEKS = 6;
/** Of one week, the newest. An application that has to be told at all is dropped last. */
export const MOST_LED = 100;

const weekOf = ({ clock }: Store) => Math.floor(clock.now() / WEEK_MS);
const idOf = (accountId: string, week: number) => `${accountId}/${week}`;
const isSame = (one: Led, other: Led) => one.client === other.client && one.uid === other.uid;

/** Before the answer leaves: none is held by an application that nobody would tell. */
export async function noteLedTo(pool: Store, accountId: string, led: Led): Promise<void> {
  const week = weekOf(pool);
  const id = idOf(accountId, week);
  const known = await pool.sessions.find<Week>(KIND, id);
  if (known?.led.some((one) => isSame(one, led))) return;
  try {
    if (known) await pool.sessions.update<Week>(KIND, id, (current) => ({ led: withNew(current.led, led) }));
    else await pool.sessions.create<Week>(KIND, id, { led: [led] }, (week + WEEKS) * WEEK_MS);
  } catch (error) {
    // Somebody wrote the first of the week, or removed it with the account, since it was read.
    if (!(error instanceof AlreadyExists || error instanceof Missing)) throw error;
    await noteLedTo(pool, accountId, led);
  }
}

function withNew(there: readonly Led[], led: Led): Led[] {
  if (there.some((one) => isSame(one, led))) return [...there];
  const all = [...there, led];
  if (all.length <= MOST_LED) return all;
  const again = all.findIndex(({ client }, index) =>
    all.some((later, at) => at > index && later.client === client),
  );
  return all.toSpliced(Math.max(0, again), 1);
}

/** Each application once for each session, whether that still holds or not. */
export async function findLedTo(pool: Store, accountId: string): Promise<Led[]> {
  const weeks = await Promise.all(weekIds(pool, accountId).map((id) => pool.sessions.find<Week>(KIND, id)));
  const all = weeks.flatMap((week) => week?.led ?? []);
  return all.filter((led, index) => all.findIndex((one) => isSame(one, led)) === index);
}

/** Those were told of sessions that are over for good. */
export async function forgetLedTo(pool: Store, accountId: string, told: readonly Led[]): Promise<void> {
  if (told.length === 0) return;
  const isTold = (led: Led) => told.some((one) => isSame(one, led));
  await Promise.all(
    weekIds(pool, accountId).map(async (id) => {
      if (!(await pool.sessions.find<Week>(KIND, id))?.led.some(isTold)) return;
      try {
        await pool.sessions.update<Week>(KIND, id, ({ led }) => ({ led: led.filter((one) => !isTold(one)) }));
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
      }
    }),
  );
}

/** Whatever there is: the account was deleted. */
export async function removeLedTo(pool: Store, accountId: string): Promise<void> {
  await Promise.all(weekIds(pool, accountId).map((id) => pool.sessions.remove(KIND, id)));
}

function weekIds(pool: Store, accountId: string): string[] {
  const week = weekOf(pool);
  return Array.from({ length: WEEKS }, (_, ago) => idOf(accountId, week - ago));
}
