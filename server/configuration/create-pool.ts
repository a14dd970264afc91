/** Makes a pool: complete settings, tags, and an id of its own or a fixed one. */
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import { type GivenNewSettings, newPoolSettings } from './default-pool-settings.ts';
import { finishDeletion, type PoolStores } from './delete-pool.ts';
import type { StoredPool } from './find-pool.ts';
import { newPoolId, regionOf } from './pool-ids.ts';
import { ID_TAG, type Tags, tagsFault } from './tags.ts';

/** Pools of one installation. */
const MOST_POOLS = 1000;

export type NewPool = GivenNewSettings & { PoolName: string; UserPoolTags?: Tags | undefined };

/**
 * @param fixedId the id that a pool file demands; a tag `foyer:id` asks for one as well
 * @throws Refusal `invalid-parameter`, `tags-invalid`, or `limit-exceeded` past 1000 pools
 */
export async function createPool(
  stores: PoolStores,
  region: string,
  given: NewPool,
  fixedId?: string,
): Promise<StoredPool> {
  const { settings, defaulted } = newPoolSettings(given);
  const tags = { ...given.UserPoolTags };
  const fault = tagsFault(tags);
  if (fault) throw new Refusal('tags-invalid', { message: fault });
  if ((await countPools(stores.directory)) >= MOST_POOLS) throw tooMany();
  const id = fixedId ?? tags[ID_TAG] ?? newPoolId(region);
  if (regionOf(id) !== region)
    throw invalidParameter(`The pool id ${id} is not one of the region ${region}.`);
  const directory = stores.directory.forPool(id);
  // A fixed id may have been used before, and its deletion cut short.
  if ((await directory.find('pool', id))?.record.deleting) await finishDeletion(stores, id);
  const pool = { name: given.PoolName, region, settings, defaulted, tags };
  const stored = await directory.create('pool', id, pool).catch((error: unknown) => {
    throw error instanceof AlreadyExists ? invalidParameter(`A user pool ${id} exists already.`) : error;
  });
  // Counted again after it was made: of many made at once none slips past the limit.
  if ((await countPools(stores.directory)) <= MOST_POOLS) return stored;
  await directory.remove('pool', id);
  throw tooMany();
}

async function countPools(directory: DirectoryStores): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await directory.listPools({ limit: 250, cursor });
    count += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return count;
}

const tooMany = () =>
  new Refusal('limit-exceeded', { message: `There are ${MOST_POOLS} user pools already.` });
