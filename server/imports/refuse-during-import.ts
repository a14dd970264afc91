import { Refusal } from '../errors.ts';
import type { ImportStores } from './job.ts';
import { activeJob } from './turns.ts';

/** Half of the people would be checked by the old settings, half by the new. @throws Refusal `import-in-progress` */
export async function refuseDuringImport(
  stores: Pick<ImportStores, 'directory'>,
  poolId: string,
): Promise<void> {
  if (await activeJob(stores, poolId)) throw new Refusal('import-in-progress');
}
