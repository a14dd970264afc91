import { createHash } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import { keptBy } from '../grant.ts';
import { type Entry, type Held, readSlots } from './slots.ts';
import type { Tracking } from './track.ts';

/**
 * The sessions of a person that hold now, the one that was used last first: grants, and the hosted sessions through
 * which they came.
 * @throws Refusal `operation-not-enabled` where the pool does not track sessions
 */
export async function liveSessions(pool: Tracking, account: Pick<Account, 'id' | 'epoch'>): Promise<Held[]> {
  if (!pool.sessionTracking)
    throw new Refusal('operation-not-enabled', {
      message: 'User session tracking is not enabled for this user pool.',
    });
  const held = [
    ...(await readSlots(pool, account.id, 'TOKEN')),
    ...(await readSlots(pool, account.id, 'SSO')),
  ];
  const { holds } = keptBy(pool);
  const live = await Promise.all(
    held.map(async ({ entry }) => entry.epoch === account.epoch && (await holds(entry))),
  );
  return held.filter((_, index) => live[index]).toSorted((a, b) => b.entry.activeAt - a.entry.activeAt);
}

/** The name of a session: tells nothing of the grant's id or the session's uid, which are worth something here. */
export function sessionId(type: Entry['type'], of: string): string {
  const digest = createHash('sha256').update(of).digest('hex');
  const letters = BigInt(`0x${digest}`).toString(36).padStart(ID_LENGTH, '0').slice(-ID_LENGTH);
  return `${type === 'TOKEN' ? 'tkn' : 'sso'}${letters}`;
}

const ID_LENGTH = 25;
