/** Changes an app client in one atomic step. Its id and its secret never change (HUI-12, USR-242). */
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import { checkClient } from './client-rules.ts';
import { completeClientSettings, type GivenClientSettings } from './default-client-settings.ts';
import { findPool, providersNamed, resourceServersOf } from './find-pool.ts';

/** Throws Refusal `pool-not-found`, `client-not-found`, or what the rules about clients refuse. */
export async function updateClient(
  stores: DirectoryStores,
  poolId: string,
  clientId: string,
  given: GivenClientSettings,
): Promise<Stored<'client'>> {
  const { record: pool } = await findPool(stores, poolId);
  const resourceServers = await resourceServersOf(stores, poolId);
  const providers = await providersNamed(stores, poolId, given.SupportedIdentityProviders);
  try {
    return await stores.forPool(poolId).update('client', clientId, (client) => {
      const settings = completeClientSettings(given, client.settings);
      checkClient({
        pool: { id: poolId, settings: pool.settings, resourceServers },
        settings,
        hasSecret: client.sealedSecret !== undefined,
        providers,
        before: client.settings,
      });
      return { ...client, settings };
    });
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('client-not-found', { client: clientId });
    throw error;
  }
}
