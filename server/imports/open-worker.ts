import { randomUUID } from 'node:crypto';
import type { ImportTaskRecord } from '#adapters/directory/records.ts';
import { Unavailable } from '#adapters/errors.ts';
import { Superseded } from './end-job.ts';
import type { Importing } from './import-file.ts';
import { runJob } from './run-job.ts';
import { freeTasks, keepLease, leaseTask, releaseTask } from './tasks.ts';

export interface ImportWorker {
  /** Looks for work now and waits until it is done. For tests; otherwise it looks by itself. */
  look(): Promise<void>;
  /** Stops after the rows that are worked on now, so that another process can go on. */
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;
const SWEEP_EVERY_MS = 60_000;
/** Jobs of one process at the same time: those of several pools, since a pool has one. */
const MOST_JOBS = 4;
/** After a job could not be worked on. */
const TRY_AGAIN_MS = 5000;

/** Works on import jobs, in every process of the service: whichever sees a job first takes it. */
export function openWorker(parts: Importing): ImportWorker {
  const { log, uploads } = parts;
  const running = new Map<string, Promise<void>>();
  let stopping = false;

  async function takeUp(): Promise<void> {
    for await (const task of freeTasks(parts)) {
      if (stopping || running.size >= MOST_JOBS) break;
      if (running.has(task.job)) continue;
      const done = workOn(parts, task, () => stopping)
        .catch(complain)
        .finally(() => running.delete(task.job));
      running.set(task.job, done);
    }
  }

  async function sweep(): Promise<void> {
    while (!stopping && (await uploads.sweep()));
  }

  const complain = (error: unknown) => {
    // A store that is away is said by everybody who needs it more.
    if (!(error instanceof Unavailable)) log.error({ err: error }, 'imports cannot be looked after');
  };
  const timers = [every(LOOK_EVERY_MS, takeUp, complain), every(SWEEP_EVERY_MS, sweep, complain)];

  return {
    async look() {
      await takeUp();
      await Promise.all(running.values());
    },
    async close() {
      stopping = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}

/** Works on one job until it has ended, unless another process has it or gets it, or this one is to stop. */
async function workOn(parts: Importing, task: ImportTaskRecord, isStopping: () => boolean): Promise<void> {
  // Another one each time: this process may lose a job and get it back.
  const worker = randomUUID();
  if (!(await leaseTask(parts, task, worker))) return;
  const keep = keepLease(parts, task, worker);
  let again = 0;
  try {
    await runJob(parts, task, { worker, goesOn: async () => !isStopping() && (await keep()) });
  } catch (error) {
    if (!(error instanceof Superseded)) {
      again = TRY_AGAIN_MS;
      parts.log.warn({ err: error, pool: task.pool, job: task.job }, 'an import job waits');
    }
  }
  await releaseTask(parts, task, worker, again);
}

/** Does some work again and again, never twice at once. It keeps no process alive. */
function every(ms: number, work: () => Promise<void>, complain: (error: unknown) => void): NodeJS.Timeout {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch(complain)
      .finally(() => {
        busy = false;
      });
  }, ms).unref();
}
