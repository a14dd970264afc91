import { randomInt } from 'node:crypto';
import type { Contact } from '#adapters/directory/records.ts';
import type { Pool } from '../../pool.ts';
import { type CodeRecord, codeId, hashCode, LIFETIME, type Purpose } from './code.ts';

/**
 * Makes a code for what is at `attribute` now, or is to be in place of what it `replaces`, and returns it; an earlier
 * one of the same purpose is void (USR-39).
 */
export async function issueCode(
  pool: Pick<Pool, 'id' | 'sessions' | 'vault' | 'clock'>,
  {
    purpose,
    subject,
    ...sent
  }: { purpose: Purpose; subject: string; attribute: Contact; value: string; replaces?: string },
): Promise<string> {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const id = codeId(purpose, subject);
  const record: CodeRecord = { hash: hashCode(pool, id, code), ...sent, used: false };
  await pool.sessions.put('code', id, record, pool.clock.now() + LIFETIME[purpose]);
  return code;
}
