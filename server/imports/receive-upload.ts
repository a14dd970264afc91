import { randomUUID } from 'node:crypto';
import { Missing } from '#adapters/errors.ts';
import { PIECE_BYTES, type UploadStore } from '#adapters/uploads/store.ts';
import type { Vault } from '../vault.ts';
import { type ImportStores, START_WITHIN_MS, type StoredJob, statusOf } from './job.ts';
import { isGood, type UploadAddress } from './upload-address.ts';

/** 100 MB. */
export const MOST_FILE_BYTES = 100 * 1024 * 1024;
/** Files that one process receives at the same time. */
const MOST_AT_ONCE = 4;

/** A file was not taken; the status is that of HTTP. */
export class UploadRefused extends Error {
  override name = 'UploadRefused';
  readonly status: 403 | 404 | 409 | 413 | 503;

  constructor(status: UploadRefused['status'], message: string) {
    super(message);
    this.status = status;
  }
}

type Receiving = ImportStores & { vault: Vault };

/** Receives files for jobs that were not started, a piece at a time; a later file of a job replaces the one before. */
export function openReceiver(parts: Receiving) {
  const underWay = new Set<string>();

  /**
   * @param bytes as announced by the sender, if it did
   * @throws UploadRefused, and whatever the body throws when it breaks off: then nothing of it is kept
   */
  return async function receiveUpload(
    address: UploadAddress,
    body: AsyncIterable<Uint8Array>,
    bytes = 0,
  ): Promise<void> {
    if (!isGood(parts, address, parts.clock.now()))
      throw new UploadRefused(403, 'The address is not valid, or has expired.');
    const job = await waitingJob(parts, address);
    if (bytes > MOST_FILE_BYTES) throw tooLarge();
    const key = `${address.poolId}/${address.jobId}`;
    if (underWay.has(key)) throw new UploadRefused(409, 'Another file is being received for this job.');
    if (underWay.size >= MOST_AT_ONCE)
      throw new UploadRefused(503, 'Too many files are being received. Try again in a moment.');
    underWay.add(key);
    try {
      await receive(parts, job, body);
    } finally {
      underWay.delete(key);
    }
  };
}

async function waitingJob({ directory, clock }: Receiving, { poolId, jobId }: UploadAddress) {
  const job = await directory.forPool(poolId).find('import-job', jobId);
  if (!job) throw new UploadRefused(404, 'The import job does not exist.');
  if (statusOf(job, clock.now()) !== 'Created') throw started();
  return job;
}

async function receive(
  { directory, uploads, clock }: Receiving,
  job: StoredJob,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const store = uploads.forPool(job.pool);
  const id = randomUUID();
  let replaced: string | undefined;
  try {
    const bytes = await keep(store, id, body, job.createdAt + START_WITHIN_MS);
    await directory.forPool(job.pool).update('import-job', job.id, (current) => {
      if (statusOf({ ...job, record: current }, clock.now()) !== 'Created') throw started();
      replaced = current.upload?.id;
      return { ...current, upload: { id, bytes } };
    });
  } catch (error) {
    await store.remove(id);
    if (error instanceof Missing) throw new UploadRefused(404, 'The import job does not exist.');
    throw error;
  }
  if (replaced !== undefined) await store.remove(replaced);
}

/** Holds one piece in memory. Gives the number of bytes. */
async function keep(
  store: UploadStore,
  id: string,
  body: AsyncIterable<Uint8Array>,
  expiresAt: number,
): Promise<number> {
  let piece = 0;
  let total = 0;
  let waiting: Uint8Array[] = [];
  let length = 0;
  const write = async (bytes: Uint8Array) => store.write(id, piece++, bytes, expiresAt);
  for await (const chunk of body) {
    total += chunk.length;
    if (total > MOST_FILE_BYTES) throw tooLarge();
    waiting.push(chunk);
    length += chunk.length;
    if (length < PIECE_BYTES) continue;
    let rest = Buffer.concat(waiting);
    for (; rest.length >= PIECE_BYTES; rest = rest.subarray(PIECE_BYTES))
      await write(rest.subarray(0, PIECE_BYTES));
    waiting = [rest];
    length = rest.length;
  }
  // An empty file has a piece too: without one it could not be told from a file that is gone.
  if (length > 0 || piece === 0) await write(Buffer.concat(waiting));
  return total;
}

function tooLarge(): UploadRefused {
  return new UploadRefused(413, 'The file is larger than 100 MB.');
}

function started(): UploadRefused {
  return new UploadRefused(409, 'The import job takes no file any more.');
}
