import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { Refusal } from '../errors.ts';
import { findPool } from './find-pool.ts';

/**
 * Demands that there is such a pool and, where a client is named, that it is one of the pool's.
 * @throws Refusal `pool-not-found` or `client-not-found`
 */
export async function requireClient(
  directory: DirectoryStores,
  poolId: string,
  clientId: string | undefined,
): Promise<Stored<'client'> | undefined> {
  await findPool(directory, poolId);
  if (clientId === undefined) return undefined;
  const client = await directory.forPool(poolId).find('client', clientId);
  if (!client) throw new Refusal('client-not-found', { client: clientId });
  return client;
}
