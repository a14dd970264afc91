/** Metadata of a registration -> the settings of an app client. */
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { GivenClientSettings } from '../../../configuration/default-client-settings.ts';
import { poolFeatures } from '../../../configuration/openid/features.ts';
import type { Pool } from '../../../pool.ts';
import { DEVICE_CODE } from '../grant-types.ts';
import { STANDARD_SCOPES } from '../told-claims.ts';
import type { Registration } from './read-registration.ts';
import { RegistrationFault } from './registration-fault.ts';

export interface Registered {
  settings: Required<
    Pick<
      GivenClientSettings,
      | 'CallbackURLs'
      | 'LogoutURLs'
      | 'AllowedOAuthFlows'
      | 'AllowedOAuthFlowsUserPoolClient'
      | 'AllowedOAuthScopes'
    >
  > & { ClientName: string };
  openId: OpenIdClientSettings;
}

/** What whoever registers may always have; the service's own scope lets an application change accounts, so it may not. */
const SCOPES = ['openid', 'email', 'phone', 'profile'];

/**
 * @param more scopes of resource servers that this client may have
 * @throws RegistrationFault
 */
export function clientSettings(pool: Pool, given: Registration, more: readonly string[]): Registered {
  const {
    redirect_uris: CallbackURLs = [],
    post_logout_redirect_uris: LogoutURLs = [],
    grant_types,
    response_types,
    scope,
    application_type: _,
    subject_type: __,
    client_id: ___,
    client_secret: ____,
    ...own
  } = given;
  refuseUnreachable(pool, own);
  const { code, device } = grantsOf(pool, grant_types);
  checkResponseTypes(response_types, code);
  if (code && CallbackURLs.length === 0)
    throw new RegistrationFault('invalid_redirect_uri', 'redirect_uris: one at least is needed');
  return {
    settings: {
      ClientName: nameOf(own.client_name),
      CallbackURLs,
      LogoutURLs,
      AllowedOAuthFlows: code ? ['code'] : [],
      AllowedOAuthFlowsUserPoolClient: code,
      AllowedOAuthScopes: scopesOf(scope, [...SCOPES, ...more]),
    },
    openId: {
      ...(own as OpenIdClientSettings),
      // People know nothing of whoever registered, so they are asked, whatever it says of itself.
      consent: true,
      ...(device && { features: ['device'] }),
    },
  };
}

/** Addresses that this server itself calls: no client gets it to call its own network (ATK-48). */
function refuseUnreachable({ federation }: Pick<Pool, 'federation'>, own: OpenIdClientSettings): void {
  for (const name of ['jwks_uri', 'backchannel_logout_uri'] as const) {
    const uri = own[name];
    if (uri !== undefined && (!uri.startsWith('https:') || federation?.outgoing.refusal(uri) !== undefined))
      throw new RegistrationFault(
        'invalid_client_metadata',
        `${name}: must be https and reachable by everybody`,
      );
  }
}

/** A refresh token comes with either, whether it was asked for or not (section 2). */
function grantsOf(pool: Pool, types: readonly string[] = ['authorization_code']) {
  const possible = ['authorization_code', 'refresh_token'];
  if (poolFeatures(pool).has('device')) possible.push(DEVICE_CODE);
  const odd = types.find((type) => !possible.includes(type));
  if (odd !== undefined)
    throw new RegistrationFault('invalid_client_metadata', `grant_types: can be ${possible.join(', ')}`);
  const code = types.includes('authorization_code');
  const device = types.includes(DEVICE_CODE);
  if (!code && !device)
    throw new RegistrationFault('invalid_client_metadata', 'grant_types: must name a way to sign in');
  return { code, device };
}

function checkResponseTypes(types: readonly string[] | undefined, code: boolean): void {
  if (types === undefined || types.join(',') === (code ? 'code' : '')) return;
  throw new RegistrationFault(
    'invalid_client_metadata',
    `response_types: must be ${code ? '["code"]' : 'empty'} with these grant_types`,
  );
}

function scopesOf(scope: string | undefined, possible: readonly string[]): string[] {
  const standard: readonly string[] = STANDARD_SCOPES;
  const named = scope?.split(' ').filter((name) => name && !standard.includes(name));
  if (!named?.length) return [...SCOPES];
  if (named.some((name) => !possible.includes(name)))
    throw new RegistrationFault('invalid_client_metadata', 'scope: names one that this client may not have');
  return [...new Set(named)];
}

/** As consoles show it, in the characters that they take; people are shown the name as it was given. */
function nameOf(given = 'Registered application'): string {
  return given.replace(/[^\w\s+=,.@-]+/g, '-').slice(0, 128);
}
