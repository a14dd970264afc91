import { AlreadyExists } from '#adapters/errors.ts';
import { type ImportStores, isActive, preconditionNotMet, type StoredJob } from './job.ts';

/** Whoever took the turn and has not started the job by then has died in between. */
const ABANDONED_MS = 30_000;

type Stores = Pick<ImportStores, 'directory' | 'clock'>;

/** The job of the pool that runs now; undefined when none does. */
export async function activeJob(
  { directory }: Pick<ImportStores, 'directory'>,
  poolId: string,
): Promise<StoredJob | undefined> {
  const pool = directory.forPool(poolId);
  const turn = await pool.find('import-turn', 'last');
  const job = turn && (await pool.find('import-job', turn.record.job));
  return job && isActive(job.record) ? job : undefined;
}

/**
 * Makes a job the one of its pool that may run: of many who ask at once, one gets the turn. The turn ends with the
 * job; it is not given back, so that nobody can give back another's.
 * @throws Refusal `precondition-not-met` while another job has it
 */
export async function takeTurn({ directory, clock }: Stores, poolId: string, jobId: string): Promise<void> {
  const pool = directory.forPool(poolId);
  const mine = { job: jobId, at: clock.now() };
  try {
    await pool.create('import-turn', 'last', mine);
    return;
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
  const last = (await pool.find('import-turn', 'last'))?.record;
  const holder = last && (await pool.find('import-job', last.job))?.record;
  if (last && holder && last.job !== jobId) {
    // One that is only made may be on its way: between taking its turn and starting.
    const starting = holder.status === 'Created' && last.at > clock.now() - ABANDONED_MS;
    if (starting || isActive(holder)) throw busy();
  }
  await pool.update('import-turn', 'last', (current) => {
    if (current.job !== last?.job || current.at !== last.at) throw busy();
    return mine;
  });
}

function busy() {
  return preconditionNotMet('Another import job of the user pool has not ended yet.');
}
