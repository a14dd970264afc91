import type { ImportTaskRecord } from '#adapters/directory/records.ts';
import { Missing, Unavailable } from '#adapters/errors.ts';
import { findPool } from '../configuration/find-pool.ts';
import { Refusal } from '../errors.ts';
import { endJob, Superseded, tidyUp } from './end-job.ts';
import { UnreadableFile } from './file/read-lines.ts';
import { type Importing, importFile } from './import-file.ts';
import { isActive, type StoredJob } from './job.ts';
import { taskId } from './tasks.ts';

/** How a worker goes about a job. */
export interface Shift {
  /** Written into the job: whatever another one writes about its progress is refused. */
  worker: string;
  /** Whether the task is still the worker's, and nobody waits for the process to stop. */
  goesOn(): Promise<boolean>;
}

/** Whoever made a task and has not started its job by then has died in between. */
const STARTED_WITHIN_MS = 60_000;

/**
 * Works on a job until it has ended or `goesOn` says no. A file that cannot be read ends it, and so does a fault of
 * ours: it would come again each time.
 * @throws Unavailable when a store is away: the job waits; Superseded when another process works on the job
 */
export async function runJob(parts: Importing, task: ImportTaskRecord, shift: Shift): Promise<void> {
  const job = await begin(parts, task, shift.worker);
  if (!job) return;
  try {
    await importFile(parts, job, shift.goesOn);
  } catch (error) {
    if (error instanceof Superseded || error instanceof Unavailable) throw error;
    if (error instanceof UnreadableFile) return void (await endJob(parts, job, 'Failed', error.message));
    parts.log.error({ err: error, pool: job.pool, job: job.id }, 'an import job failed');
    await endJob(parts, job, 'Failed', 'The import failed because of an internal error.');
  }
}

/** Makes this process the worker of the job; undefined when there is nothing to do, and then the task is tidied away. */
async function begin(
  stores: Importing,
  task: ImportTaskRecord,
  worker: string,
): Promise<StoredJob | undefined> {
  const { directory, clock } = stores;
  try {
    await findPool(directory, task.pool);
    const jobs = directory.forPool(task.pool);
    const job = await jobs.update('import-job', task.job, (current) => {
      if (!isActive(current)) return current;
      return { ...current, worker, status: current.status === 'Pending' ? 'InProgress' : current.status };
    });
    if (isActive(job.record)) return job;
    // Whoever starts the job has made its task first, and is given the time to go on.
    if (job.record.status !== 'Created') await tidyUp(stores, job);
    else if (clock.now() >= task.at + STARTED_WITHIN_MS) await forget(stores, task);
  } catch (error) {
    const gone = error instanceof Missing || (error instanceof Refusal && error.reason === 'pool-not-found');
    if (!gone) throw error;
    await forget(stores, task);
  }
  return undefined;
}

async function forget({ directory }: Importing, task: ImportTaskRecord): Promise<void> {
  await directory.installation.remove('import-task', taskId(task));
}
