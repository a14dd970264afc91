/** The address that a file is sent to: made by whoever made the job, good for it alone, for a quarter of an hour. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Vault } from '../vault.ts';
import { SEND_WITHIN_MS, type StoredJob } from './job.ts';

export interface UploadAddress {
  poolId: string;
  jobId: string;
  /** Milliseconds since the epoch, as it is written. */
  expires: string;
  signature: string;
}

/** Path of an address; its groups are the pool and the job. */
export const UPLOAD_PATH = /^\/([\w-]{1,55}_[0-9A-Za-z]{1,55})\/user-imports\/(import-[0-9a-zA-Z-]{1,48})$/;

type Signing = { vault: Vault };

export function uploadAddress(
  { vault, settings }: Signing & { settings: { publicUrl: string } },
  job: Pick<StoredJob, 'pool' | 'id' | 'createdAt'>,
): string {
  const address = { poolId: job.pool, jobId: job.id, expires: String(job.createdAt + SEND_WITHIN_MS) };
  const query = new URLSearchParams({
    expires: address.expires,
    signature: sign(vault, address).toString('base64url'),
  });
  return `${settings.publicUrl}/${job.pool}/user-imports/${job.id}?${query}`;
}

/** Whether an address was made here and has not expired. */
export function isGood({ vault }: Signing, address: UploadAddress, now: number): boolean {
  const given = Buffer.from(address.signature, 'base64url');
  const expected = sign(vault, address);
  return (
    given.length === expected.length && timingSafeEqual(given, expected) && now < Number(address.expires)
  );
}

function sign(vault: Vault, { poolId, jobId, expires }: Omit<UploadAddress, 'signature'>): Buffer {
  return createHmac('sha256', vault.derive('import-upload')).update(`${poolId}/${jobId}/${expires}`).digest();
}
