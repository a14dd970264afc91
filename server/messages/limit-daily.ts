import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import type { Delivery } from './delivery.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Counts a message of a pool against its limit of this day (UTC), where the settings name one. Mail that goes through a
 * server of the pool's own is not counted: its limits are that server's.
 * @throws Refusal `mail-limit`, `sms-limit`
 */
export async function limitDaily(
  pool: Pick<Pool, 'sessions' | 'clock' | 'settings' | 'dailyLimits'>,
  medium: Delivery['medium'],
): Promise<void> {
  const most = pool.dailyLimits?.[medium] ?? 0;
  if (most === 0) return;
  if (medium === 'EMAIL' && pool.settings.EmailConfiguration.EmailSendingAccount === 'DEVELOPER') return;
  const day = Math.floor(pool.clock.now() / DAY_MS);
  if ((await pool.sessions.count('messages-sent', `${medium}/${day}`, DAY_MS)) > most)
    throw new Refusal(medium === 'EMAIL' ? 'mail-limit' : 'sms-limit');
}
