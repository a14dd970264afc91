/**
 * Who works on a job: a task is leased for a while, and leased anew as long as the work goes on. A process that died
 * does not do that, and another takes the task over. One that only stood still may wake up after that: what it then
 * writes is refused, because the job names its worker (`run-job.ts`).
 */
import type { ImportTaskRecord } from '#adapters/directory/records.ts';
import { Missing } from '#adapters/errors.ts';
import type { ImportStores } from './job.ts';

/** Longer than clocks differ and a store may be away, by far. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const PAGE = 100;

type Stores = Pick<ImportStores, 'directory' | 'clock'>;

export function taskId({ pool, job }: Pick<ImportTaskRecord, 'pool' | 'job'>): string {
  return `${pool}/${job}`;
}

/** The tasks that nobody works on. */
export async function* freeTasks({ directory, clock }: Stores): AsyncGenerator<ImportTaskRecord> {
  let cursor: string | undefined;
  do {
    const page = await directory.installation.list('import-task', { limit: PAGE, cursor });
    for (const { record } of page.items) if (isFree(record, clock.now())) yield record;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Whether the task is the holder's now: of many who ask at once it is one's. */
export async function leaseTask(
  { directory, clock }: Stores,
  task: ImportTaskRecord,
  holder: string,
): Promise<boolean> {
  return changed(directory, task, (current) => {
    if (current.lease?.holder !== holder && !isFree(current, clock.now())) throw new NotOurs();
    return { ...current, lease: { holder, until: clock.now() + LEASE_MS } };
  });
}

/** Lets others take the task up, at once or after a while. Quiet when it is not the holder's any more. */
export async function releaseTask(
  { directory, clock }: Stores,
  task: ImportTaskRecord,
  holder: string,
  afterMs = 0,
): Promise<void> {
  await changed(directory, task, (current) => {
    if (current.lease?.holder !== holder) throw new NotOurs();
    // At once also for those whose clocks are behind.
    return { ...current, lease: { holder: '', until: afterMs === 0 ? 0 : clock.now() + afterMs } };
  });
}

/** Keeps a lease, with a write now and then: call it as often as you like. Gives whether the task is still ours. */
export function keepLease(stores: Stores, task: ImportTaskRecord, holder: string): () => Promise<boolean> {
  let renewAt = stores.clock.now() + RENEW_MS;
  return async () => {
    if (stores.clock.now() < renewAt) return true;
    renewAt = stores.clock.now() + RENEW_MS;
    return leaseTask(stores, task, holder);
  };
}

function isFree({ lease }: ImportTaskRecord, now: number): boolean {
  return !lease || lease.until <= now;
}

class NotOurs extends Error {}

async function changed(
  directory: ImportStores['directory'],
  task: ImportTaskRecord,
  change: (current: ImportTaskRecord) => ImportTaskRecord,
): Promise<boolean> {
  try {
    await directory.installation.update('import-task', taskId(task), change);
    return true;
  } catch (error) {
    if (error instanceof NotOurs || error instanceof Missing) return false;
    throw error;
  }
}
