/**
 * What a client's settings of the `openid` profile may be together, with its secret and with the features that it has.
 * Each setting's own form was checked before, by `client-metadata.ts`.
 */
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import { KEY_ALGS } from './client-metadata.ts';
import type { Feature } from './features.ts';

/** What else is known of the client that has the settings. */
export interface ClientAround {
  /** Those of the pool; the client's own stand in its settings. */
  features: ReadonlySet<Feature>;
  /** In the clear; absent for a client without one. */
  secret?: string | undefined;
  callbackUrls: readonly string[];
}

type Rule = (settings: OpenIdClientSettings, around: ClientAround) => string | undefined;

/** RFC 7518 section 3.2: whoever sees one signature could try shorter secrets at home. */
const LEAST_SECRET_BYTES = 32;

/** Switches that do nothing, or keep everybody out, without their feature. */
const SWITCHES = [
  ['require_pushed_authorization_requests', 'par'],
  ['dpop_bound_access_tokens', 'dpop'],
  ['token_exchange_audiences', 'token-exchange'],
] as const;

/** The first fault as a sentence that begins with the field, `OpenId.jwks_uri: ...`; undefined when there is none. */
export function openIdClientFault(settings: OpenIdClientSettings, around: ClientAround): string | undefined {
  const features = new Set([...around.features, ...(settings.features ?? [])]);
  for (const rule of RULES) {
    const fault = rule(settings, { ...around, features });
    if (fault) return `OpenId.${fault}`;
  }
  return undefined;
}

const isKeyAlg = (alg: string) => KEY_ALGS.some((one) => one === alg);
const hasKeys = ({ jwks, jwks_uri }: OpenIdClientSettings) => jwks !== undefined || jwks_uri !== undefined;
const isLong = (secret = '') => Buffer.byteLength(secret) >= LEAST_SECRET_BYTES;

const checkKeys: Rule = ({ jwks, jwks_uri }) =>
  jwks !== undefined && jwks_uri !== undefined
    ? 'jwks_uri: cannot be given beside jwks; keys are in one place.'
    : undefined;

const checkMethod: Rule = (settings, { features, secret }) => {
  const { token_endpoint_auth_method: method } = settings;
  if (method === undefined) return undefined;
  const fault = (why: string) => `token_endpoint_auth_method: ${method} ${why}`;
  if (method === 'none') return secret === undefined ? undefined : fault('is for clients without a secret.');
  if (method.endsWith('_jwt') && !features.has('jwt-client-auth'))
    return fault('needs the feature jwt-client-auth.');
  if (method === 'private_key_jwt')
    return hasKeys(settings) ? undefined : fault('needs the keys of the client: jwks or jwks_uri.');
  if (secret === undefined) return fault('is for clients with a secret.');
  return method === 'client_secret_jwt' && !isLong(secret)
    ? fault(`needs a secret of at least ${LEAST_SECRET_BYTES} bytes.`)
    : undefined;
};

const checkAuthenticationAlg: Rule = ({
  token_endpoint_auth_method: method,
  token_endpoint_auth_signing_alg: alg,
}) => {
  if (alg === undefined) return undefined;
  if (method === (isKeyAlg(alg) ? 'private_key_jwt' : 'client_secret_jwt')) return undefined;
  return `token_endpoint_auth_signing_alg: ${alg} does not go with the token_endpoint_auth_method.`;
};

const checkRequestObjects: Rule = (settings, { secret }) => {
  const { request_object_signing_alg: alg, require_signed_request_object: required } = settings;
  if (alg === undefined)
    return required && !hasKeys(settings) && !isLong(secret)
      ? `require_signed_request_object: needs jwks, jwks_uri or a secret of at least ${LEAST_SECRET_BYTES} bytes.`
      : undefined;
  if (isKeyAlg(alg))
    return hasKeys(settings) ? undefined : `request_object_signing_alg: ${alg} needs jwks or jwks_uri.`;
  return isLong(secret)
    ? undefined
    : `request_object_signing_alg: ${alg} needs a secret of at least ${LEAST_SECRET_BYTES} bytes.`;
};

const checkSwitches: Rule = (settings, { features }) => {
  for (const [name, feature] of SWITCHES) {
    const value = settings[name];
    const isOn = Array.isArray(value) ? value.length > 0 : value === true;
    if (isOn && !features.has(feature)) return `${name}: needs the feature ${feature}.`;
  }
  return undefined;
};

const checkLogout: Rule = (settings, { callbackUrls }) => {
  for (const channel of ['backchannel', 'frontchannel'] as const)
    if (settings[`${channel}_logout_session_required`] && settings[`${channel}_logout_uri`] === undefined)
      return `${channel}_logout_session_required: needs a ${channel}_logout_uri.`;
  const { frontchannel_logout_uri: uri } = settings;
  // Front-Channel Logout 1.0 section 2: a page of the pool loads it, so it must be the application's own.
  if (uri !== undefined && !callbackUrls.some((url) => originOf(url) === originOf(uri)))
    return 'frontchannel_logout_uri: must have scheme, host and port of one of the CallbackURLs.';
  return undefined;
};

/** Of another scheme than http and https the origin is `null`, and never that of a web address. */
const originOf = (uri: string) => new URL(uri).origin;

const RULES: readonly Rule[] = [
  checkKeys,
  checkMethod,
  checkAuthenticationAlg,
  checkRequestObjects,
  checkSwitches,
  checkLogout,
];
