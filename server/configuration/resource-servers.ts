/** What a resource server and its scopes may be (HUI-81..89). Lengths and characters were checked at the edge. */
import type { ResourceServerRecord } from '#adapters/directory/records.ts';
import type { DirectoryStore, DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import { findPool } from './find-pool.ts';

/** Resource servers of one pool (USR-254), and scopes of one server. */
const MOST_SERVERS = 25;
const MOST_SCOPES = 100;

type Scopes = ResourceServerRecord['scopes'];

/** Throws Refusal `pool-not-found`, `invalid-parameter` for an identifier that is taken, or `limit-exceeded`. */
export async function createResourceServer(
  stores: DirectoryStores,
  poolId: string,
  identifier: string,
  { name, scopes }: ResourceServerRecord,
): Promise<Stored<'resource-server'>> {
  checkScopes(scopes);
  await findPool(stores, poolId);
  const directory = stores.forPool(poolId);
  const stored = await directory.create('resource-server', identifier, { name, scopes }).catch((error) => {
    if (error instanceof AlreadyExists)
      throw invalidParameter(`${identifier} already exists in user pool ${poolId}.`);
    throw error;
  });
  await keepWithinLimit(directory, identifier);
  return stored;
}

/** Counted after it was made: of many made at once none slips past the limit. */
async function keepWithinLimit(directory: DirectoryStore, identifier: string): Promise<void> {
  if ((await directory.count('resource-server')) <= MOST_SERVERS) return;
  await directory.remove('resource-server', identifier);
  throw new Refusal('limit-exceeded', {
    message: `A user pool cannot have more than ${MOST_SERVERS} resource servers.`,
  });
}

/** Replaces name and all scopes (HUI-86). Throws Refusal `pool-not-found`, `resource-not-found`, `invalid-parameter`. */
export async function updateResourceServer(
  stores: DirectoryStores,
  poolId: string,
  identifier: string,
  { name, scopes }: ResourceServerRecord,
): Promise<Stored<'resource-server'>> {
  checkScopes(scopes);
  await findPool(stores, poolId);
  try {
    return await stores.forPool(poolId).update('resource-server', identifier, () => ({ name, scopes }));
  } catch (error) {
    if (error instanceof Missing) throw resourceServerNotFound(identifier);
    throw error;
  }
}

/**
 * Its scopes stay on clients without effect, until a server with this identifier has them again (HUI-87).
 * @throws Refusal `pool-not-found`, `resource-not-found`
 */
export async function deleteResourceServer(
  stores: DirectoryStores,
  poolId: string,
  identifier: string,
): Promise<void> {
  await findPool(stores, poolId);
  if (!(await stores.forPool(poolId).remove('resource-server', identifier)))
    throw resourceServerNotFound(identifier);
}

export const resourceServerNotFound = (identifier: string): Refusal =>
  new Refusal('resource-not-found', { message: `Resource server ${identifier} does not exist.` });

function checkScopes(scopes: Scopes): void {
  if (scopes.length > MOST_SCOPES)
    throw new Refusal('limit-exceeded', {
      message: `A resource server cannot have more than ${MOST_SCOPES} scopes.`,
    });
  const names = scopes.map(({ ScopeName }) => ScopeName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`The scope ${twice} is given more than once.`);
}
