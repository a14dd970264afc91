import { timingSafeEqual } from 'node:crypto';
import { deleteClient } from '../../../configuration/delete-client.ts';
import { findClient, openClient } from '../../../configuration/find-client.ts';
import { openIdSettingsOf } from '../../../configuration/openid/features.ts';
import { updateClient } from '../../../configuration/update-client.ts';
import type { Client, Pool } from '../../../pool.ts';
import { hashed } from '../../storage.ts';
import { clientSettings } from './client-settings.ts';
import type { Registration } from './read-registration.ts';
import { refusedAsFault } from './register-client.ts';
import { RegistrationFault } from './registration-fault.ts';

/**
 * The client that was registered with this token. An id that is nobody's, one of a client that the operator made, and
 * another client's token are answered alike.
 * @throws RegistrationFault `invalid_token`
 */
export async function findRegistered(pool: Pool, id: string, token: string): Promise<Client> {
  const client = await findClient(pool, id);
  const hash = client && openIdSettingsOf(pool, client).registered?.tokenHash;
  if (!client || !hash || !isSame(hash, hashed(token)))
    throw new RegistrationFault(
      'invalid_token',
      'the registration access token is not valid for this client',
    );
  return client;
}

function isSame(kept: string, given: string): boolean {
  const [a, b] = [Buffer.from(kept), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * All of its metadata anew: what is left out is taken away (RFC 7592 section 2.2). What the operator has set, such as
 * providers and lifetimes, stays, and so do id, secret and token; scopes of resource servers can be given up, not gained.
 * @throws RegistrationFault
 */
export async function changeRegistered(pool: Pool, client: Client, given: Registration): Promise<Client> {
  if (given.client_id !== client.id)
    throw new RegistrationFault('invalid_request', 'client_id must be that of the client');
  if (given.client_secret !== undefined && !isSame(hashed(client.secret ?? ''), hashed(given.client_secret)))
    throw new RegistrationFault('invalid_request', 'client_secret must be that of the client');
  const before = openIdSettingsOf(pool, client);
  const mine = client.settings.AllowedOAuthScopes.filter((scope) => scope.includes('/'));
  const { settings, openId } = clientSettings(pool, given, mine);
  // The method that goes without saying is by the secret, which a client without one has never had.
  const method = openId.token_endpoint_auth_method ?? 'client_secret_basic';
  const { token_exchange_audiences: audiences } = before;
  const kept = before.features?.filter((feature) => feature !== 'device') ?? [];
  const features = [...kept, ...(openId.features ?? [])];
  const stored = await refusedAsFault(
    updateClient(
      { directory: { forPool: () => pool.directory }, vault: pool.vault },
      pool.id,
      client.id,
      { ...client.settings, ...settings },
      {
        ...openId,
        token_endpoint_auth_method: method,
        features,
        ...(audiences && { token_exchange_audiences: audiences }),
      },
    ),
  );
  return openClient(pool, stored);
}

/** Its tokens end with it. @throws RegistrationFault `invalid_token` when it was deleted meanwhile */
export async function deleteRegistered(pool: Pool, { id }: Client): Promise<void> {
  await refusedAsFault(deleteClient({ forPool: () => pool.directory }, pool.id, id));
}
