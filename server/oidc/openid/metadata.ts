/**
 * What a pool of the `openid` profile tells the world about itself (OpenID Connect Discovery 1.0 section 3, RFC 8414
 * section 2): all that it does, and nothing that is switched off. The same document for both forms of discovery.
 */
import { SYSTEM_SCOPES } from '../../configuration/grantable-scopes.ts';
import { KEY_ALGS, SECRET_ALGS } from '../../configuration/openid/client-metadata.ts';
import { type Feature, poolFeatures } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import { LIBRARY_PATHS } from '../configuration.ts';
import { RESPONSE_TYPES } from './client-metadata.ts';
import { DEVICE_CODE, TOKEN_EXCHANGE } from './grant-types.ts';
import { OPENID_PATHS } from './paths.ts';
import { ACR_VALUES } from './sign-in-policy.ts';
import { claimsByScope, STANDARD_SCOPES } from './told-claims.ts';

export type Described = Pick<Pool, 'id' | 'issuer' | 'hostedUrl' | 'tags' | 'settings'>;

/** Claims of the protocol, in an ID token by themselves. */
const PROTOCOL_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'nonce', 'at_hash', 'c_hash'];

/** @param keysUrl where the pool's keys are */
export function openIdMetadata(pool: Described, keysUrl: string): Record<string, unknown> {
  const features = poolFeatures(pool);
  const methods = authMethods(features);
  return {
    issuer: pool.issuer,
    jwks_uri: keysUrl,
    ...(pool.hostedUrl && endpoints(pool.hostedUrl, features)),
    ...authorization(features),
    ...people(pool),
    token_endpoint_auth_methods_supported: methods.names,
    token_endpoint_auth_signing_alg_values_supported: methods.algs,
    revocation_endpoint_auth_methods_supported: methods.names,
    revocation_endpoint_auth_signing_alg_values_supported: methods.algs,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    dpop_signing_alg_values_supported: features.has('dpop') ? [...KEY_ALGS] : undefined,
  };
}

/** Each with what it needs to be there. */
function endpoints(base: string, features: ReadonlySet<Feature>): Record<string, unknown> {
  const at = (path: string) => base + path;
  const having = (feature: Feature, path: string) => (features.has(feature) ? at(path) : undefined);
  return {
    authorization_endpoint: at(LIBRARY_PATHS.authorization),
    token_endpoint: at(LIBRARY_PATHS.token),
    revocation_endpoint: at(LIBRARY_PATHS.revocation),
    userinfo_endpoint: at('/oauth2/userInfo'),
    end_session_endpoint: at('/logout'),
    pushed_authorization_request_endpoint: having('par', OPENID_PATHS.pushedAuthorization),
    device_authorization_endpoint: having('device', OPENID_PATHS.deviceAuthorization),
    registration_endpoint: having('registration', OPENID_PATHS.registration),
  };
}

function authorization(features: ReadonlySet<Feature>): Record<string, unknown> {
  return {
    response_types_supported: Object.values(RESPONSE_TYPES).flat(),
    response_modes_supported: ['query', 'fragment', 'form_post'],
    authorization_response_iss_parameter_supported: true,
    grant_types_supported: grantTypes(features),
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    display_values_supported: ['page', 'popup', 'touch', 'wap'],
    acr_values_supported: [...ACR_VALUES],
    ui_locales_supported: ['en'],
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: [...KEY_ALGS, ...SECRET_ALGS],
    request_uri_parameter_supported: false,
    claims_parameter_supported: true,
  };
}

function people(pool: Described): Record<string, unknown> {
  const { acr, iss: _, sid, ...byScope } = claimsByScope(pool);
  const told = Object.values(byScope).flatMap((names) => (Array.isArray(names) ? names : []));
  return {
    scopes_supported: [...SYSTEM_SCOPES.filter((scope) => !scope.includes('.')), ...STANDARD_SCOPES],
    claim_types_supported: ['normal'],
    claims_supported: [...told, ...Object.keys({ acr, sid }), ...PROTOCOL_CLAIMS],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    userinfo_signing_alg_values_supported: ['RS256'],
  };
}

function grantTypes(features: ReadonlySet<Feature>): string[] {
  const having = (feature: Feature, type: string) => (features.has(feature) ? [type] : []);
  return [
    'authorization_code',
    'implicit',
    'refresh_token',
    'client_credentials',
    ...having('device', DEVICE_CODE),
    ...having('token-exchange', TOKEN_EXCHANGE),
  ];
}

/** @returns the ways in which clients prove who they are, and by which algorithms where that is by a JWT */
function authMethods(features: ReadonlySet<Feature>): { names: string[]; algs?: string[] } {
  const names = ['client_secret_basic', 'client_secret_post', 'none'];
  if (!features.has('jwt-client-auth')) return { names };
  return {
    names: [...names, 'client_secret_jwt', 'private_key_jwt'],
    algs: [...KEY_ALGS, ...SECRET_ALGS],
  };
}
