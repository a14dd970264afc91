import { timingSafeEqual } from 'node:crypto';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { type CodeRecord, codeId, hashCode, type Purpose } from './code.ts';

/** Five wrong tries within an hour, per subject and purpose; a new code does not bring new tries (2.4). */
const MAX_TRIES = 5;
const TRIES_WINDOW_MS = 60 * 60 * 1000;

/**
 * Uses a code up and runs `use` with what it proves. Of many callers at once one gets through. When `use` throws, the
 * code is good again: a person who must first decide about an alias repeats the same code.
 * @throws Refusal `code-attempts-exceeded`, `code-expired` (also: never issued, used), `code-wrong`,
 * `too-many-requests`
 */
export async function redeemCode<T>(
  pool: Pick<Pool, 'id' | 'sessions' | 'vault' | 'clock' | 'limits'>,
  { purpose, subject, code, address }: { purpose: Purpose; subject: string; code: string; address?: string },
  use: (sent: Pick<CodeRecord, 'attribute' | 'value' | 'replaces'>) => Promise<T>,
): Promise<T> {
  const { sessions } = pool;
  const id = codeId(purpose, subject);
  const turn = await takeTurn(pool, 'guesses', address);
  // Counted before anything is compared: guesses sent at the same moment would otherwise all see the first count.
  if ((await sessions.count('code-tries', id, TRIES_WINDOW_MS)) > MAX_TRIES)
    throw new Refusal('code-attempts-exceeded');

  const given = Buffer.from(hashCode(pool, id, code), 'hex');
  const claimed = await mark(sessions, id, (record) => {
    if (!timingSafeEqual(given, Buffer.from(record.hash, 'hex'))) throw new Refusal('code-wrong');
    if (record.used) throw new Refusal('code-expired');
    return { ...record, used: true };
  });
  await Promise.all([sessions.reset('code-tries', id), turn.giveBack()]);
  try {
    const result = await use(claimed);
    await sessions.remove('code', id);
    return result;
  } catch (error) {
    // A newer code may stand here by now; it is unused anyway.
    await mark(sessions, id, (record) => ({ ...record, used: false })).catch(() => undefined);
    throw error;
  }
}

async function mark(
  sessions: Pool['sessions'],
  id: string,
  change: (record: CodeRecord) => CodeRecord,
): Promise<CodeRecord> {
  try {
    return await sessions.update<CodeRecord>('code', id, change);
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('code-expired', {}, { cause: error });
    throw error;
  }
}
