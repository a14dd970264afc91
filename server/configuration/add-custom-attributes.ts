import type { DirectoryStores } from '#adapters/directory/store.ts';
import { type GivenAttribute, withCustomAttributes } from './attribute-schema.ts';
import { findPool } from './find-pool.ts';

/**
 * Adds custom attributes to the schema of a pool in one atomic step: all of them, or none.
 * @throws Refusal `pool-not-found`, `invalid-parameter`
 */
export async function addCustomAttributes(
  directory: DirectoryStores,
  poolId: string,
  given: readonly GivenAttribute[],
): Promise<void> {
  await findPool(directory, poolId);
  await directory.forPool(poolId).update('pool', poolId, (pool) => {
    const SchemaAttributes = withCustomAttributes(pool.settings.SchemaAttributes, given);
    return { ...pool, settings: { ...pool.settings, SchemaAttributes } };
  });
}
