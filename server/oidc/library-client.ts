/** An app client in the library's words, and back. */
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

export function clientOf(pool: Pick<Pool, 'id'>, client: LibraryClient): Client {
  const carried = client as unknown as Record<string, unknown>;
  const settings = carried[CARRIED_SETTINGS] as ClientSettings;
  return { id: client.clientId, poolId: pool.id, ...secretsOf(client), settings };
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
