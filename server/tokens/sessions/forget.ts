import { type Held, MOST, readSlots, removeSlot, type SessionType } from './slots.ts';
import type { Tracking } from './track.ts';

/**
 * Removes what was recorded of a person's sessions, addresses and devices among it, once their account is deleted. The
 * sessions themselves ended with the account.
 */
export async function forgetSessions(pool: Tracking, accountId: string): Promise<void> {
  if (!pool.sessionTracking) return;
  const types = Object.keys(MOST) as SessionType[];
  const held: Held[] = (await Promise.all(types.map((type) => readSlots(pool, accountId, type)))).flat();
  await Promise.all(held.map(({ slot, entry }) => removeSlot(pool, accountId, entry.type, slot)));
}
