/** Makes an app client: complete settings, checked against its pool, an id, and a secret when one was asked for. */
import type { ClientRecord, ClientSettings, OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { DirectoryStore, DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import type { Vault } from '../vault.ts';
import { customNames } from './attribute-schema.ts';
import { checkClient } from './client-rules.ts';
import { completeClientSettings, type GivenClientSettings } from './default-client-settings.ts';
import { CLIENT_SECRET, sealedFor } from './find-client.ts';
import { findPool, providersNamed, resourceServersOf } from './find-pool.ts';
import { checkOpenIdSettings } from './openid/check-settings.ts';
import { newClientId, newClientSecret } from './pool-ids.ts';

/** Clients of one pool. */
const MOST_CLIENTS = 1000;

export type NewClient = GivenClientSettings & {
  ClientName: string;
  GenerateSecret?: boolean | undefined;
  /** A secret of the caller's own. */
  ClientSecret?: string | undefined;
};

/** What the API has no member for. */
export interface FixedClient {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  openId?: OpenIdClientSettings | undefined;
}

/**
 * @param fixed what a pool file or dynamic registration demands, its form checked
 * @throws Refusal `pool-not-found`, `invalid-parameter`, `oauth-flow-invalid`, `scope-unknown`, or `limit-exceeded`
 * past 1000 clients
 */
export async function createClient(
  { directory: stores, vault }: { directory: Pick<DirectoryStores, 'forPool'>; vault: Vault },
  poolId: string,
  given: NewClient,
  fixed: FixedClient = {},
): Promise<Stored<'client'>> {
  const { record } = await findPool(stores, poolId);
  const settings: ClientSettings = completeClientSettings(given, {
    ClientName: given.ClientName,
    defaultAttributes: customNames(record.settings.SchemaAttributes),
    OpenId: fixed.openId,
  });
  const secret = secretOf(given, fixed.clientSecret);
  checkClient({
    pool: {
      id: poolId,
      settings: record.settings,
      tags: record.tags,
      resourceServers: await resourceServersOf(stores, poolId),
    },
    settings,
    hasSecret: secret !== undefined,
    providers: await providersNamed(stores, poolId, settings.SupportedIdentityProviders),
  });
  checkOpenIdSettings(settings, record, secret);
  const id = fixed.clientId ?? newClientId();
  const client: ClientRecord = { settings };
  if (secret !== undefined) client.sealedSecret = vault.seal(CLIENT_SECRET, sealedFor(poolId, id), secret);
  return keepClient(stores.forPool(poolId), id, client);
}

/**
 * Counts before and after: many that are made at the same moment all see room for one more. Who finds too many once it
 * has its own takes that away again, so of those that stay the last one saw them all.
 */
async function keepClient(
  directory: DirectoryStore,
  id: string,
  client: ClientRecord,
): Promise<Stored<'client'>> {
  if ((await directory.count('client')) >= MOST_CLIENTS) throw tooMany();
  let stored: Stored<'client'>;
  try {
    stored = await directory.create('client', id, client);
  } catch (error) {
    if (error instanceof AlreadyExists) throw invalidParameter(`A user pool client ${id} exists already.`);
    throw error;
  }
  if ((await directory.count('client')) <= MOST_CLIENTS) return stored;
  await directory.remove('client', id);
  throw tooMany();
}

const tooMany = () =>
  new Refusal('limit-exceeded', {
    message: `A user pool cannot have more than ${MOST_CLIENTS} clients.`,
  });

function secretOf(given: NewClient, fixed: string | undefined): string | undefined {
  if (given.ClientSecret !== undefined && given.GenerateSecret)
    throw invalidParameter('Either ClientSecret or GenerateSecret can be given, not both.');
  return fixed ?? given.ClientSecret ?? (given.GenerateSecret ? newClientSecret() : undefined);
}
