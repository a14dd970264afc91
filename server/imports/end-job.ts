import type { ImportJobRecord } from '#adapters/directory/records.ts';
import { type ImportStores, isActive, type StoredJob } from './job.ts';
import { taskId } from './tasks.ts';

export const STOPPED = 'The Import Job was stopped by the developer.';

/** The job is not ours to go on with: another process works on it, it has ended, or this process stops. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/**
 * Writes how a job ended, then forgets its file and its task. A job that somebody wanted stopped was stopped.
 * @param job as its worker last saw it
 * @throws Superseded when another process works on it
 */
export async function endJob(
  { directory, uploads, clock }: ImportStores,
  job: StoredJob,
  outcome: 'Succeeded' | 'Failed' | 'Stopped',
  message: string,
): Promise<StoredJob> {
  const file = job.record.upload?.id;
  const ended = await directory.forPool(job.pool).update('import-job', job.id, (current) => {
    if (!isActive(current) || current.worker !== job.record.worker) throw new Superseded();
    const { upload: _, worker: __, ...kept } = current;
    const how: Pick<ImportJobRecord, 'status' | 'message'> =
      current.status === 'Stopping' ? { status: 'Stopped', message: STOPPED } : { status: outcome, message };
    return { ...kept, ...how, completedAt: clock.now() };
  });
  if (file !== undefined) await uploads.forPool(job.pool).remove(file);
  await directory.installation.remove('import-task', taskId({ pool: job.pool, job: job.id }));
  return ended;
}
