import { profileOf } from '../../configuration/openid/profile.ts';
import type { Pool } from '../../pool.ts';
import { removeLedTo } from '../back-channel/led-to.ts';
import { type Held, MOST, readSlots, removeSlot, type SessionType, type SlotStore } from './slots.ts';

/**
 * Removes what was recorded of a person's sessions, addresses and devices among it, once their account is deleted. The
 * sessions themselves ended with the account. Also where the pool has stopped to track them since.
 */
export async function forgetSessions(
  pool: SlotStore & Pick<Pool, 'sessionsRecorded' | 'tags'>,
  accountId: string,
): Promise<void> {
  if (profileOf(pool) === 'openid') await removeLedTo(pool, accountId);
  if (!pool.sessionsRecorded) return;
  const types = Object.keys(MOST) as SessionType[];
  const held: Held[] = (await Promise.all(types.map((type) => readSlots(pool, accountId, type)))).flat();
  await Promise.all(held.map(({ slot, entry }) => removeSlot(pool, accountId, entry.type, slot)));
}
