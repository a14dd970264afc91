import { AlreadyExists } from '#adapters/errors.ts';
import { findPool } from '../configuration/find-pool.ts';
import { findJob, type ImportStores, preconditionNotMet, type StoredJob, statusOf } from './job.ts';
import { taskId } from './tasks.ts';
import { takeTurn } from './turns.ts';

/** How long a file is kept from then on: far longer than any import takes. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Hands a job to whichever process is free. The order matters: a crash after the task was made leaves a task for a job
 * that was not started, which a worker tidies away; the other way round nobody would ever take the job up.
 * @throws Refusal `pool-not-found`, `resource-not-found`, `precondition-not-met`
 */
export async function startJob(stores: ImportStores, poolId: string, jobId: string): Promise<StoredJob> {
  const { directory, uploads, clock } = stores;
  const pool = await findPool(directory, poolId);
  const job = await findJob(stores, poolId, jobId);
  const status = statusOf(job, clock.now());
  if (status !== 'Created') throw preconditionNotMet(`The import job cannot be started: it is ${status}.`);
  if (pool.record.settings.AutoVerifiedAttributes.length === 0)
    throw preconditionNotMet('The user pool has no attribute that is verified automatically.');
  const { upload } = job.record;
  if (!upload || !(await uploads.forPool(poolId).prolong(upload.id, clock.now() + KEPT_MS)))
    throw preconditionNotMet('No file was uploaded for the import job.');
  await takeTurn(stores, poolId, jobId);
  const task = { pool: poolId, job: jobId, at: clock.now() };
  await directory.installation.create('import-task', taskId(task), task).catch(ifThere);
  return directory.forPool(poolId).update('import-job', jobId, (current) => {
    if (current.status !== 'Created' || current.upload?.id !== upload.id)
      throw preconditionNotMet('The import job was changed by another request.');
    return { ...current, status: 'Pending', startedAt: clock.now() };
  });
}

function ifThere(error: unknown): void {
  if (!(error instanceof AlreadyExists)) throw error;
}
