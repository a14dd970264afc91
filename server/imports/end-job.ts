import type { ImportJobRecord } from '#adapters/directory/records.ts';
import { type ImportStores, isActive, type StoredJob } from './job.ts';
import { taskId } from './tasks.ts';

export const STOPPED = 'The Import Job was stopped by the developer.';

/** The job is not ours to go on with: another process works on it, it has ended, or this process stops. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/**
 * Writes how a job ended, then tidies up after it (`tidyUp`). A job that somebody wanted stopped was stopped.
 * @param job as its worker last saw it
 * @throws Superseded when another process works on it
 */
export async function endJob(
  stores: ImportStores,
  job: StoredJob,
  outcome: 'Succeeded' | 'Failed' | 'Stopped',
  message: string,
): Promise<StoredJob> {
  const { directory, clock } = stores;
  const ended = await directory.forPool(job.pool).update('import-job', job.id, (current) => {
    if (!isActive(current) || current.worker !== job.record.worker) throw new Superseded();
    const { worker: _, ...kept } = current;
    const how: Pick<ImportJobRecord, 'status' | 'message'> =
      current.status === 'Stopping' ? { status: 'Stopped', message: STOPPED } : { status: outcome, message };
    return { ...kept, ...how, completedAt: clock.now() };
  });
  await tidyUp(stores, ended);
  return ended;
}

/**
 * Removes the file of a job that has ended, and its task last: as long as there is one, a worker comes by and does this
 * again (`run-job.ts`).
 */
export async function tidyUp(
  { directory, uploads }: Pick<ImportStores, 'directory' | 'uploads'>,
  { pool, id, record }: StoredJob,
): Promise<void> {
  if (record.upload) await uploads.forPool(pool).remove(record.upload.id);
  await directory.installation.remove('import-task', taskId({ pool, job: id }));
}
