import type { DirectoryStores } from '#adapters/directory/store.ts';
import { Refusal } from '../errors.ts';
import { findPool } from './find-pool.ts';

/**
 * Deletes an app client. Acts at once: clients are read from the directory on every use (HUI-32).
 * @throws Refusal `pool-not-found`, `client-not-found`
 */
export async function deleteClient(
  stores: Pick<DirectoryStores, 'forPool'>,
  poolId: string,
  clientId: string,
): Promise<void> {
  await findPool(stores, poolId);
  if (!(await stores.forPool(poolId).remove('client', clientId)))
    throw new Refusal('client-not-found', { client: clientId });
}
