/**
 * Bringing people in from a file: jobs, the address a file is sent to, and the work on it. Rules about a person are in
 * `accounts`, which makes the accounts; `api` shows jobs and receives files; `serve.ts` runs the work. It never sends
 * anybody a message, never changes an account that is there, and never writes anything about a person to the log.
 *
 * Jobs outlive processes. A job says how far it has come (`run-job.ts`), a task says who works on it (`tasks.ts`), a
 * turn says which job of a pool may run (`turns.ts`).
 */
import { randomBytes } from 'node:crypto';
import type { ImportJobRecord } from '#adapters/directory/records.ts';
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import type { UploadStores } from '#adapters/uploads/store.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../errors.ts';

/** Where everything about jobs is kept. */
export interface ImportStores {
  directory: DirectoryStores;
  uploads: UploadStores;
  clock: Clock;
}

export type StoredJob = Stored<'import-job'>;
export type JobStatus = ImportJobRecord['status'] | 'Expired';

const HOUR_MS = 3_600_000;
/** How long a file may be sent after its job was made (USR-127), and how long the job may wait to be started (USR-132). */
export const SEND_WITHIN_MS = HOUR_MS / 4;
export const START_WITHIN_MS = 24 * HOUR_MS;

const TIME_DIGITS = 9;
const LATEST = 36 ** TIME_DIGITS - 1;

/** An id that sorts before all that were made earlier, so that a list of jobs begins with the newest (USR-134). */
export function newJobId(now: number): string {
  const age = (LATEST - now).toString(36).padStart(TIME_DIGITS, '0');
  return `import-${age}-${randomBytes(8).toString('hex')}`;
}

/** What a job is now. Nobody has to write down that it has expired. */
export function statusOf(job: StoredJob, now: number): JobStatus {
  const { status } = job.record;
  return status === 'Created' && now >= job.createdAt + START_WITHIN_MS ? 'Expired' : status;
}

/** Whether it was started and has not ended. */
export function isActive({ status }: ImportJobRecord): boolean {
  return status === 'Pending' || status === 'InProgress' || status === 'Stopping';
}

/** @throws Refusal `resource-not-found` */
export async function findJob(
  { directory }: Pick<ImportStores, 'directory'>,
  poolId: string,
  jobId: string,
): Promise<StoredJob> {
  const job = await directory.forPool(poolId).find('import-job', jobId);
  if (!job) throw new Refusal('resource-not-found', { message: `User import job ${jobId} does not exist.` });
  return job;
}

/** The refusal of something that cannot be done with a job as it is. */
export function preconditionNotMet(message: string): Refusal {
  return new Refusal('precondition-not-met', { message });
}
