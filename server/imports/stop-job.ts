import { findPool } from '../configuration/find-pool.ts';
import { endJob, STOPPED, Superseded } from './end-job.ts';
import { findJob, type ImportStores, preconditionNotMet, type StoredJob } from './job.ts';

/**
 * Ends a job at once while nobody works on it; otherwise whoever does ends it after the row that they are at, and until
 * then it is `Stopping`.
 * @throws Refusal `pool-not-found`, `resource-not-found`, `precondition-not-met`
 */
export async function stopJob(stores: ImportStores, poolId: string, jobId: string): Promise<StoredJob> {
  await findPool(stores.directory, poolId);
  await findJob(stores, poolId, jobId);
  const job = await stores.directory.forPool(poolId).update('import-job', jobId, (current) => {
    if (current.status !== 'Pending' && current.status !== 'InProgress')
      throw preconditionNotMet(`The import job cannot be stopped: it is ${current.status}.`);
    return { ...current, status: 'Stopping' };
  });
  if (job.record.worker !== undefined) return job;
  try {
    return await endJob(stores, job, 'Stopped', STOPPED);
  } catch (error) {
    // Somebody began at this moment, and ends it.
    if (error instanceof Superseded) return findJob(stores, poolId, jobId);
    throw error;
  }
}
