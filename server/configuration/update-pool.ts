/** Changes a pool in one atomic step: settings anew with their defaults, and the name and tags where they are given. */
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { Refusal } from '../errors.ts';
import { changedPoolSettings, type GivenSettings } from './default-pool-settings.ts';
import { findPool } from './find-pool.ts';
import { type Tags, tagsFault } from './tags.ts';

export type PoolChange = GivenSettings & {
  PoolName?: string | undefined;
  UserPoolTags?: Tags | undefined;
};

/** Throws Refusal `pool-not-found`, `invalid-parameter` or `tags-invalid`; then nothing has changed. */
export async function updatePool(
  directory: DirectoryStores,
  poolId: string,
  change: PoolChange,
): Promise<void> {
  await findPool(directory, poolId);
  await directory.forPool(poolId).update('pool', poolId, (pool) => {
    const tags = change.UserPoolTags ? { ...change.UserPoolTags } : pool.tags;
    const fault = tagsFault(tags, pool.tags);
    if (fault) throw new Refusal('tags-invalid', { message: fault });
    const current = { settings: pool.settings, defaulted: pool.defaulted ?? [] };
    return { ...pool, ...changedPoolSettings(current, change), name: change.PoolName ?? pool.name, tags };
  });
}
