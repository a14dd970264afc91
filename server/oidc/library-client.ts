/** An app client in the library's words, and back. */
import { hash } from 'node:crypto';
import type { AdapterPayload, Client as LibraryClient } from 'oidc-provider';
import type { ClientSettings } from '#adapters/directory/records.ts';
import type { Client, Pool } from '../pool.ts';

/** Our settings ride along, so that a request reads its client from the directory once. */
export const CARRIED_SETTINGS = 'settings';
/** The library knows one secret of a client; `provider.ts` lets it take the other too. */
export const CARRIED_SECRET = 'otherSecret';
export const CARRIED_SSO = 'ssoMinutes';

export function metadataOf({ id, secret, otherSecret, ssoMinutes, settings }: Client): AdapterPayload {
  return {
    client_id: id,
    ...(secret === undefined
      ? { token_endpoint_auth_method: 'none' as const }
      : { token_endpoint_auth_method: 'client_secret_basic' as const, client_secret: secret }),
    // A client without callback URLs never reaches the authorize endpoint; the library wants one for each that may.
    redirect_uris: settings.CallbackURLs,
    response_types: settings.CallbackURLs.length > 0 ? ['code'] : [],
    grant_types: settings.CallbackURLs.length > 0 ? ['authorization_code'] : [],
    [CARRIED_SETTINGS]: settings,
    ...(otherSecret !== undefined && { [CARRIED_SECRET]: otherSecret }),
    ...(ssoMinutes !== undefined && { [CARRIED_SSO]: ssoMinutes }),
  };
}

/**
 * The metadata of clients that are handed out more than once, made once. The library writes all of it down and hashes it
 * at each request, to find what it made of the same metadata before: what it gets to write down is the hash alone.
 */
export function rememberMetadata(
  make: (client: Client) => AdapterPayload,
): (client: Client) => AdapterPayload {
  const made = new WeakMap<Client, AdapterPayload>();
  return (client) => {
    // What may still change is handed out to nobody else.
    if (!Object.isFrozen(client)) return make(client);
    let metadata = made.get(client);
    if (!metadata) {
      metadata = make(client);
      const digest = hash('sha256', JSON.stringify(metadata), 'base64url');
      Object.defineProperty(metadata, 'toJSON', { value: () => digest });
      made.set(client, metadata);
    }
    return metadata;
  };
}

const ours = new WeakMap<LibraryClient, Client>();

/** Each room of a request asks, and the library keeps a client for as long as nothing about it changes. */
export function clientOf(pool: Pick<Pool, 'id'>, client: LibraryClient): Client {
  let known = ours.get(client);
  if (!known) {
    const carried = client as unknown as Record<string, unknown>;
    const settings = carried[CARRIED_SETTINGS] as ClientSettings;
    known = Object.freeze({ id: client.clientId, poolId: pool.id, ...secretsOf(client), settings });
    ours.set(client, known);
  }
  return known;
}

/** For how long a session that was begun elsewhere will do; undefined when the client says nothing. */
export function ssoMinutesOf(client: LibraryClient): number | undefined {
  const minutes = (client as unknown as Record<string, unknown>)[CARRIED_SSO];
  return typeof minutes === 'number' ? minutes : undefined;
}

export function secretsOf(client: LibraryClient): Pick<Client, 'secret' | 'otherSecret'> {
  const other = (client as unknown as Record<string, unknown>)[CARRIED_SECRET];
  return { secret: client.clientSecret, ...(typeof other === 'string' && { otherSecret: other }) };
}
