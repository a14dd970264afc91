/** Changes an app client in one atomic step. Its id and its secret never change (HUI-12, USR-242). */
import type { ClientRecord, OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { checkClient } from './client-rules.ts';
import { completeClientSettings, type GivenClientSettings } from './default-client-settings.ts';
import { CLIENT_SECRET, sealedFor } from './find-client.ts';
import { findPool, providersNamed, resourceServersOf } from './find-pool.ts';
import { checkOpenIdSettings } from './openid/check-settings.ts';

/**
 * @param openId all of what the API has no member for, its form checked; absent: it stays as it is. That a client was
 * registered, and by whom, stays in either case.
 * @throws Refusal `pool-not-found`, `client-not-found`, or what the rules about clients refuse
 */
export async function updateClient(
  { directory: stores, vault }: { directory: Pick<DirectoryStores, 'forPool'>; vault: Vault },
  poolId: string,
  clientId: string,
  given: GivenClientSettings,
  openId?: OpenIdClientSettings,
): Promise<Stored<'client'>> {
  const { record: pool } = await findPool(stores, poolId);
  const secretOf = ({ sealedSecret }: ClientRecord) =>
    sealedSecret && vault.open(CLIENT_SECRET, sealedFor(poolId, clientId), sealedSecret);
  const resourceServers = await resourceServersOf(stores, poolId);
  const providers = await providersNamed(stores, poolId, given.SupportedIdentityProviders);
  try {
    return await stores.forPool(poolId).update('client', clientId, (client) => {
      const OpenId = openId
        ? { registered: client.settings.OpenId?.registered, ...openId }
        : client.settings.OpenId;
      const settings = completeClientSettings(given, { ...client.settings, OpenId });
      checkClient({
        pool: { id: poolId, settings: pool.settings, tags: pool.tags, resourceServers },
        settings,
        hasSecret: client.sealedSecret !== undefined,
        providers,
        before: client.settings,
      });
      if (openId) checkOpenIdSettings(settings, pool, secretOf(client));
      return { ...client, settings };
    });
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('client-not-found', { client: clientId });
    throw error;
  }
}
