/**
 * What a pool tells the world about itself: keys and metadata (HUI-05, 06, 191; OpenID Connect Discovery, RFC 8414).
 * Public, the same for everyone, and there before the pool has a domain, though without endpoints then.
 */
import type { Context } from 'koa';
import { SYSTEM_SCOPES } from '../configuration/grantable-scopes.ts';
import { profileOf } from '../configuration/openid/profile.ts';
import type { Pool, PublicJwk } from '../pool.ts';
import { allowsScript } from './methods.ts';
import { type Described, openIdMetadata } from './openid/metadata.ts';

/** Verifiers may keep keys this long; `pools/keys.ts` publishes new ones longer than that before they sign. */
const KEYS_MAX_AGE = 86_400;
/** Short, since a domain may be added or removed. */
const METADATA_MAX_AGE = 300;

function jwks(pool: Pick<Pool, 'keys'>): { keys: PublicJwk[] } {
  return { keys: pool.keys.published };
}

/**
 * Good for both forms of discovery: RFC 8414 reads the same members and ignores the rest.
 * @param publicUrl where this installation is reached; keys stay there whatever the issuer is called
 */
export function discoveryDocument(pool: Described, publicUrl: string): Record<string, unknown> {
  const keysUrl = `${publicUrl}/${pool.id}/.well-known/jwks.json`;
  if (profileOf(pool) === 'openid') return openIdMetadata(pool, keysUrl);
  const methods = ['client_secret_basic', 'client_secret_post', 'none'];
  return {
    issuer: pool.issuer,
    ...endpoints(pool.hostedUrl),
    jwks_uri: keysUrl,
    response_types_supported: ['code', 'token'],
    response_modes_supported: ['query', 'fragment'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    scopes_supported: SYSTEM_SCOPES.filter((scope) => !scope.includes('.')),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login', 'select_account'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'at_hash',
      'email',
      'email_verified',
      'phone_number',
      'phone_number_verified',
      'name',
      'given_name',
      'family_name',
      'preferred_username',
    ],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    claims_parameter_supported: false,
  };
}

function endpoints(hostedUrl: string | undefined): Record<string, string> {
  if (!hostedUrl) return {};
  return {
    authorization_endpoint: `${hostedUrl}/oauth2/authorize`,
    token_endpoint: `${hostedUrl}/oauth2/token`,
    userinfo_endpoint: `${hostedUrl}/oauth2/userInfo`,
    revocation_endpoint: `${hostedUrl}/oauth2/revoke`,
    end_session_endpoint: `${hostedUrl}/logout`,
  };
}

/** Answers with the pool's keys. */
export function showKeys(ctx: Context, pool: Pick<Pool, 'keys'>): void {
  show(ctx, jwks(pool), KEYS_MAX_AGE);
}

/** Answers with the pool's metadata. */
export function showMetadata(ctx: Context, pool: Described, publicUrl: string): void {
  show(ctx, discoveryDocument(pool, publicUrl), METADATA_MAX_AGE);
}

function show(ctx: Context, document: object, maxAge: number): void {
  if (!allowsScript(ctx, ['GET', 'HEAD'])) return;
  ctx.status = 200;
  ctx.set('Cache-Control', `public, max-age=${maxAge}`);
  ctx.set('Content-Type', 'application/json');
  ctx.body = JSON.stringify(document);
}
