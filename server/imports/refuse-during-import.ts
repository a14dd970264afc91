import { Refusal } from '../errors.ts';
import type { ImportStores } from './job.ts';
import { activeJob } from './turns.ts';

/**
 * Refuses to change or delete a pool that people are imported into: half of them would be checked by the old settings,
 * half by the new. Not to the process itself: it applies its pool file before it goes on with any import, and if the
 * import kept it from starting, nobody might ever end that.
 * @throws Refusal `import-in-progress`
 */
export async function refuseDuringImport(
  stores: Pick<ImportStores, 'directory'>,
  poolId: string,
  caller: { accessKey?: string },
): Promise<void> {
  if (caller.accessKey !== 'process' && (await activeJob(stores, poolId)))
    throw new Refusal('import-in-progress');
}
