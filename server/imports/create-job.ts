import type { ImportJobRecord } from '#adapters/directory/records.ts';
import { findPool } from '../configuration/find-pool.ts';
import { Refusal } from '../errors.ts';
import { type ImportStores, newJobId, type StoredJob } from './job.ts';

/** Of one pool, ended ones included: nothing removes a job. */
const MOST_JOBS = 1000;

/** @throws Refusal `pool-not-found`, `limit-exceeded` past 1000 jobs */
export async function createJob(
  { directory, clock }: Pick<ImportStores, 'directory' | 'clock'>,
  poolId: string,
  given: Pick<ImportJobRecord, 'name' | 'logsRoleArn' | 'hashing'>,
): Promise<StoredJob> {
  await findPool(directory, poolId);
  const jobs = directory.forPool(poolId);
  if ((await jobs.count('import-job')) >= MOST_JOBS)
    throw new Refusal('limit-exceeded', {
      message: `A user pool cannot have more than ${MOST_JOBS} import jobs.`,
    });
  const counts = { imported: 0, skipped: 0, failed: 0, next: { byte: 0, line: 1 } };
  return jobs.create('import-job', newJobId(clock.now()), { ...given, status: 'Created', ...counts });
}
