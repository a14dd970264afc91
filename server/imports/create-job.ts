import type { ImportJobRecord } from '#adapters/directory/records.ts';
import { findPool } from '../configuration/find-pool.ts';
import { Refusal } from '../errors.ts';
import { type ImportStores, newJobId, type StoredJob } from './job.ts';

/** Of one pool, ended ones included: nothing removes a job. */
const MOST_JOBS = 1000;

/**
 * Makes a job that waits for its file. Counts before and after: many that are made at the same moment all see room for
 * one more, and who then finds too many takes its own away again.
 * @throws Refusal `pool-not-found`, `limit-exceeded` past 1000 jobs
 */
export async function createJob(
  { directory, clock }: Pick<ImportStores, 'directory' | 'clock'>,
  poolId: string,
  given: Pick<ImportJobRecord, 'name' | 'logsRoleArn' | 'hashing'>,
): Promise<StoredJob> {
  await findPool(directory, poolId);
  const jobs = directory.forPool(poolId);
  if ((await jobs.count('import-job')) >= MOST_JOBS) throw tooMany();
  const counts = { imported: 0, skipped: 0, failed: 0, next: { byte: 0, line: 1 } };
  const job = { ...given, status: 'Created', ...counts } as const;
  const stored = await jobs.create('import-job', newJobId(clock.now()), job);
  if ((await jobs.count('import-job')) <= MOST_JOBS) return stored;
  await jobs.remove('import-job', stored.id);
  throw tooMany();
}

const tooMany = () =>
  new Refusal('limit-exceeded', { message: `A user pool cannot have more than ${MOST_JOBS} import jobs.` });
