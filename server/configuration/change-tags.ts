/** Changes the tags of a pool in one atomic step: all of a change, or nothing of it. */
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { invalidParameter } from '../errors.ts';
import type { StoredPool } from './find-pool.ts';
import { type Tags, tagsFault } from './tags.ts';

/** Throws Refusal `invalid-parameter` when the pool cannot have the tags that come out. */
export async function changeTags(
  directory: DirectoryStores,
  { id }: StoredPool,
  change: (tags: Tags) => Tags,
): Promise<void> {
  await directory.forPool(id).update('pool', id, (pool) => {
    const tags = change(pool.tags);
    const fault = tagsFault(tags, pool.tags);
    if (fault) throw invalidParameter(fault);
    return { ...pool, tags };
  });
}
