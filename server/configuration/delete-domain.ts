import type { DirectoryStores } from '#adapters/directory/store.ts';
import { domainNotFound } from './domain-names.ts';
import { findPool } from './find-pool.ts';

/**
 * Takes a domain away from its pool: its hosted pages stop, and the name is free for others (HUI-52).
 * @throws Refusal `pool-not-found`, or `resource-not-found` for a domain that the pool has not, whoever else may
 */
export async function deleteDomain(
  directory: Pick<DirectoryStores, 'forPool'>,
  poolId: string,
  name: string,
): Promise<void> {
  await findPool(directory, poolId);
  if (!(await directory.forPool(poolId).remove('domain', name))) throw domainNotFound();
}
