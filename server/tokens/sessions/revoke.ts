import type { Account } from '#adapters/accounts/store.ts';
import { invalidParameter, Refusal } from '../../errors.ts';
import { keptBy } from '../grant.ts';
import { liveSessions, sessionId } from './list.ts';
import { type Entry, freeSlot, type Held } from './slots.ts';
import type { Tracking } from './track.ts';

export interface Revocation {
  sessionId: string;
  /** With it go the sessions that hang together with it: a grant's hosted session, a hosted session's grants. */
  linked: boolean;
  /** The grant by which the person themself asks: it stays. */
  current?: string;
}

/**
 * Ends a session of a person: nothing of it is accepted from now on, in any process. Gives what ended.
 * @throws Refusal `operation-not-enabled`, `resource-not-found`, `invalid-parameter` for the session that asks
 */
export async function revokeSession(
  pool: Tracking,
  account: Pick<Account, 'id' | 'epoch'>,
  { sessionId: wanted, linked, current }: Revocation,
): Promise<Entry[]> {
  const sessions = await liveSessions(pool, account);
  const target = sessions.find(({ entry }) => sessionId(entry.type, entry.of) === wanted);
  if (!target) throw new Refusal('resource-not-found', { message: `Session ${wanted} does not exist.` });
  if (target.entry.of === current)
    throw invalidParameter('The session of the access token cannot be revoked by it.');
  const hang = linked ? sessions.filter(({ entry }) => hangTogether(target.entry, entry)) : [];
  const ending = [target, ...hang.filter(({ entry }) => entry.of !== current)];
  for (const held of ending) await end(pool, account.id, held);
  return ending.map(({ entry }) => entry);
}

function hangTogether(target: Held['entry'], other: Held['entry']): boolean {
  return target.type === 'TOKEN' ? other.of === target.origin : other.origin === target.of;
}

/** The session ends before its record goes: a failure between the two leaves it listed and dead, not alive and hidden. */
async function end(pool: Tracking, accountId: string, held: Held): Promise<void> {
  await keptBy(pool).end(held.entry);
  await freeSlot(pool, accountId, held);
}
