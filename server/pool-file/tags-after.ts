import type { Stored } from '#adapters/directory/store.ts';
import { agrees } from './agrees.ts';
import type { PoolEntry } from './schema.ts';

/**
 * The tags that a stored pool has once the file was applied: where the file's are among them already, those that
 * others gave it stay. Of a file whose tags have the wrong form they are what the file says, and the API refuses them.
 */
export function tagsAfter(stored: Stored<'pool'>, { settings }: PoolEntry): unknown {
  const { UserPoolTags: named } = settings;
  return named === undefined || agrees(stored.record.tags, named) ? stored.record.tags : named;
}
