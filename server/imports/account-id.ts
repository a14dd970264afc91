import { createHmac } from 'node:crypto';
import type { Vault } from '../vault.ts';

/**
 * The id of the account that a line of a job's file becomes, the same each time that it is asked. So a line that was
 * worked on twice, because a process died before it had counted it, is known again by the account that it made. Nobody
 * without the master secret can foretell one.
 */
export function accountIdOf(vault: Vault, job: { pool: string; id: string }, line: number): string {
  const digest = createHmac('sha256', vault.derive('import-account'))
    .update(`${job.pool}/${job.id}/${line}`)
    .digest();
  // Version 4 and the variant of RFC 9562, like every other account's.
  digest.writeUInt8(((digest[6] ?? 0) & 0x0f) | 0x40, 6);
  digest.writeUInt8(((digest[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
