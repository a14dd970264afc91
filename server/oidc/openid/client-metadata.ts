/** An app client of the `openid` profile in the words of RFC 7591, as the library reads it. */
import type { AdapterPayload, ResponseType } from 'oidc-provider';
import { definedScopes, SYSTEM_SCOPE_NAMES } from '../../configuration/grantable-scopes.ts';
import { featuresOf, openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Client, Pool } from '../../pool.ts';
import { metadataOf } from '../library-client.ts';
import { DEVICE_CODE, TOKEN_EXCHANGE } from './grant-types.ts';
import { hasScope, STANDARD_SCOPES } from './told-claims.ts';

/** `token` alone is left out: nothing in it says to whom it was given (RFC 9700 section 2.1.2). */
export const RESPONSE_TYPES = {
  code: ['code'],
  implicit: ['id_token', 'id_token token'],
  both: ['code id_token', 'code token', 'code id_token token'],
} as const satisfies Record<string, ResponseType[]>;

export function clientMetadata(pool: Pick<Pool, 'tags' | 'resourceServers'>, client: Client): AdapterPayload {
  const { settings, secret } = client;
  const { features, consent, registered, token_exchange_audiences, ...own } = openIdSettingsOf(pool, client);
  const flows = settings.AllowedOAuthFlowsUserPoolClient ? settings.AllowedOAuthFlows : [];
  return {
    ...metadataOf(client),
    ...own,
    token_endpoint_auth_method:
      own.token_endpoint_auth_method ?? (secret === undefined ? 'none' : 'client_secret_basic'),
    response_types: responseTypes(flows).filter((type) => !own.dpop_bound_access_tokens || !isUnbound(type)),
    grant_types: [...new Set([...grantTypes(flows), ...featureGrants(pool, client)])],
    scope: scopesOf(pool, settings.AllowedOAuthScopes),
  };
}

/** Never empty: to the library that would mean every scope. `offline_access` alone gives nothing. */
function scopesOf(pool: Pick<Pool, 'resourceServers'>, allowed: readonly string[]): string {
  const defined = definedScopes(pool);
  const active = allowed.filter((scope) => SYSTEM_SCOPE_NAMES.has(scope) || defined.has(scope));
  return [
    ...active,
    ...STANDARD_SCOPES.filter((scope) => scope === 'offline_access' || hasScope(allowed, scope)),
  ].join(' ');
}

/** With a token in the answer itself, which nobody can have proven a key for. */
const isUnbound = (type: ResponseType) => type.split(' ').includes('token');

function responseTypes(flows: readonly string[]): ResponseType[] {
  const code = flows.includes('code');
  const implicit = flows.includes('implicit');
  return [
    ...(code ? RESPONSE_TYPES.code : []),
    ...(implicit ? RESPONSE_TYPES.implicit : []),
    ...(code && implicit ? RESPONSE_TYPES.both : []),
  ];
}

function grantTypes(flows: readonly string[]): string[] {
  return [
    ...(flows.includes('code') ? ['authorization_code', 'refresh_token'] : []),
    ...(flows.includes('implicit') ? ['implicit'] : []),
    ...(flows.includes('client_credentials') ? ['client_credentials'] : []),
  ];
}

function featureGrants(pool: Pick<Pool, 'tags'>, client: Client): string[] {
  const features = featuresOf(pool, client);
  return [
    ...(features.has('device') && servesDevices(pool, client) ? [DEVICE_CODE, 'refresh_token'] : []),
    // Whether it can prove itself is looked at there (`token-exchange/`).
    ...(features.has('token-exchange') ? [TOKEN_EXCHANGE] : []),
  ];
}

/** A feature of the whole pool is for the clients where people sign in by OAuth; a client's own says that they do. */
function servesDevices(pool: Pick<Pool, 'tags'>, client: Client): boolean {
  const { AllowedOAuthFlowsUserPoolClient: byOAuth, AllowedOAuthFlows: flows } = client.settings;
  if (flows.includes('client_credentials')) return false;
  return byOAuth || (openIdSettingsOf(pool, client).features?.includes('device') ?? false);
}
