import { openIdSettingsOf } from '../../../configuration/openid/features.ts';
import type { Client, Pool } from '../../../pool.ts';
import { clientMetadata } from '../client-metadata.ts';

/** A client as it is registered now, in the words of RFC 7591 section 3.2.1. */
export function shownClient(pool: Pool, client: Client): Record<string, unknown> {
  const { settings, secret } = client;
  const { features, consent, registered, token_exchange_audiences, ...own } = openIdSettingsOf(pool, client);
  const { grant_types, response_types, token_endpoint_auth_method } = clientMetadata(pool, client);
  return {
    ...own,
    client_id: client.id,
    ...(registered && { client_id_issued_at: Math.floor(registered.at / 1000) }),
    ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
    redirect_uris: settings.CallbackURLs,
    ...(settings.LogoutURLs.length > 0 && { post_logout_redirect_uris: settings.LogoutURLs }),
    grant_types,
    response_types,
    token_endpoint_auth_method,
    scope: settings.AllowedOAuthScopes.join(' '),
    subject_type: 'public',
  };
}
