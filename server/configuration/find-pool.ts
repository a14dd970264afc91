/**
 * A pool as it is stored now, for operations that configure it. What they read must be fresh, so they do not take
 * it from the opened pools; a pool that is being deleted is not there.
 */
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';

export type StoredPool = Stored<'pool'>;

/** Bounds far above what a pool may have, so that one page holds all. */
const ALL = 1000;

/** @throws Refusal `pool-not-found` */
export async function findPool(
  directory: Pick<DirectoryStores, 'forPool'>,
  poolId: string,
): Promise<StoredPool> {
  const stored = await directory.forPool(poolId).find('pool', poolId);
  if (!stored || stored.record.deleting) throw new Refusal('pool-not-found', { pool: poolId });
  return stored;
}

/** What rules about clients need to know of a pool. */
export async function resourceServersOf(
  directory: Pick<DirectoryStores, 'forPool'>,
  poolId: string,
): Promise<Pool['resourceServers']> {
  const { items } = await directory.forPool(poolId).list('resource-server', { limit: ALL });
  return items.map(({ id, record }) => ({ identifier: id, scopes: record.scopes }));
}

/** Those of some names that identity providers of the pool have. */
export async function providersNamed(
  directory: Pick<DirectoryStores, 'forPool'>,
  poolId: string,
  names: readonly string[] = [],
): Promise<string[]> {
  const wanted = names.filter((name) => name !== 'COGNITO');
  if (wanted.length === 0) return [];
  const found = await directory.forPool(poolId).findSome('identity-provider', wanted);
  return found.map(({ id }) => id);
}
