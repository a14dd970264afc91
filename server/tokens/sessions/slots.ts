/**
 * What of a person's sign-ins is listed, in pools that track sessions: a small numbered room of records for each
 * person and type, each of which expires with its sign-in. So nothing grows with the number of people, nobody has to
 * clean up, and a person's sessions are read without an index that could disagree with them. `track.ts` takes a slot at
 * each sign-in, `list.ts` and `revoke.ts` serve the API. A record says that there was a sign-in, never that it still
 * holds: that is the grant's word, or the hosted session's.
 */
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

export type SlotStore = Pick<Pool, 'sessions' | 'clock'>;

/** `TOKEN`: a grant to one client. `SSO`: a hosted session in one browser, through which grants come. */
export type SessionType = 'TOKEN' | 'SSO';

export interface Entry {
  type: SessionType;
  /** The id of the grant, or the uid of the hosted session. */
  of: string;
  epoch: number;
  clientId: string;
  /** The uid of the hosted session through which a grant came. */
  origin?: string;
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number;
  activeAt: number;
  expiresAt: number;
  /** Where it was last used from, as far as it is known. */
  address?: string;
  device?: string;
  /** Somebody is about to remove the record since then. */
  freedAt?: number;
}

export interface Held {
  slot: number;
  entry: Entry;
}

/** The service lists 125 at most. */
export const MOST: Record<SessionType, number> = { TOKEN: 100, SSO: 25 };

const KIND = 'user-session';
/** Each round somebody gets a slot, so this many people of one account would have to sign in within milliseconds. */
const ROUNDS = 50;
/** Who was about to remove a record for longer than this was stopped. */
const FREEING_MS = 60_000;

const idOf = (accountId: string, type: SessionType, slot: number) => `${accountId}/${type}/${slot}`;

/** What is recorded, whether it still holds or not. */
export async function readSlots(pool: SlotStore, accountId: string, type: SessionType): Promise<Held[]> {
  const entries = await Promise.all(
    Array.from({ length: MOST[type] }, (_, slot) =>
      pool.sessions.find<Entry>(KIND, idOf(accountId, type, slot)),
    ),
  );
  const beingFreed = (entry: Entry) => pool.clock.now() < (entry.freedAt ?? 0) + FREEING_MS;
  return entries.flatMap((entry, slot) => (entry && !beingFreed(entry) ? [{ slot, entry }] : []));
}

export interface Claim {
  /** How many may hold at once, the new one included. */
  most: number;
  holds(entry: Entry): Promise<boolean>;
  /** Ends a sign-in that has to give way. */
  end(entry: Entry): Promise<void>;
}

/**
 * Records a sign-in. When there are as many as there may be, the one that was not used for the longest time ends.
 * @throws Refusal `busy` when too many are recorded at the same moment
 */
export async function claimSlot(
  pool: SlotStore,
  accountId: string,
  entry: Entry,
  { most, holds, end }: Claim,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const held = await readSlots(pool, accountId, entry.type);
    const states = await Promise.all(
      held.map(async (one) => ({
        ...one,
        // What is left of the time before the person was signed out everywhere holds no place.
        holds: one.entry.epoch === entry.epoch && (await holds(one.entry)),
      })),
    );
    const live = states.filter((one) => one.holds).toSorted((a, b) => a.entry.activeAt - b.entry.activeAt);
    const over = live.slice(0, Math.max(0, live.length - most + 1));
    for (const one of over) await end(one.entry);
    const gone = [...over, ...states.filter((one) => !one.holds)];
    await Promise.all(gone.map((one) => freeSlot(pool, accountId, one)));
    const taken = new Set(live.slice(over.length).map(({ slot }) => slot));
    const free = Array.from({ length: most }, (_, slot) => slot).filter((slot) => !taken.has(slot));
    if (await takeOne(pool, accountId, entry, free)) return;
  }
  throw new Refusal('busy');
}

/** Notes that a session was used. Quiet when it is not recorded: it began before sessions were tracked. */
export async function touchSlot(
  pool: SlotStore,
  accountId: string,
  { type, of }: Pick<Entry, 'type' | 'of'>,
  from: Pick<Entry, 'address' | 'device'>,
): Promise<void> {
  const held = (await readSlots(pool, accountId, type)).find(({ entry }) => entry.of === of);
  if (!held) return;
  const activeAt = pool.clock.now();
  try {
    await pool.sessions.update<Entry>(KIND, idOf(accountId, type, held.slot), (current) =>
      current.of === of && current.freedAt === undefined ? { ...current, ...from, activeAt } : current,
    );
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
  }
}

/**
 * Removes a record that was read, and no other that stands in its place by now: of many callers one marks it, and only
 * that one removes it. Quiet when another was faster.
 */
export async function freeSlot(pool: SlotStore, accountId: string, { slot, entry }: Held): Promise<void> {
  const id = idOf(accountId, entry.type, slot);
  let marked = false;
  try {
    await pool.sessions.update<Entry>(KIND, id, (current) => {
      marked = current.of === entry.of && current.freedAt === entry.freedAt;
      return marked ? { ...current, freedAt: pool.clock.now() } : current;
    });
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return;
  }
  if (marked) await pool.sessions.remove(KIND, id);
}

/** Removes whatever is there: nobody signs in to the account any more. */
export function removeSlot(
  pool: SlotStore,
  accountId: string,
  type: SessionType,
  slot: number,
): Promise<void> {
  return pool.sessions.remove(KIND, idOf(accountId, type, slot));
}

/** Of many who want one slot, one gets it; the others take the next. */
async function takeOne(
  pool: SlotStore,
  accountId: string,
  entry: Entry,
  free: readonly number[],
): Promise<boolean> {
  for (const slot of free) {
    try {
      await pool.sessions.create(KIND, idOf(accountId, entry.type, slot), entry, entry.expiresAt);
      return true;
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
    }
  }
  return false;
}
