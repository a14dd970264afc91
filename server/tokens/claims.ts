/**
 * What tokens and user info say about a person (HUI-193..200, HUI-148..156). Pure: an account and a client in,
 * claims out. The only reader of the tag that narrows ID tokens to their scopes.
 */
import type { Account } from '#adapters/accounts/store.ts';
import { identityList } from '../accounts/federation/identity-list.ts';
import { readableAttributes } from '../attribute-permissions.ts';
import type { Client, Pool } from '../pool.ts';
import type { Grant } from './grant.ts';

export type Claims = Record<string, unknown>;
type Subject = Pick<Account, 'id' | 'username' | 'attributes' | 'identities'>;
type Settings = Pick<Pool, 'settings'>;

/** Set to `scopes`, ID tokens carry only what their scopes name, as user info always does. */
export const ID_TOKEN_CLAIMS_TAG = 'foyer:id-token-claims';

/** Attributes that a scope of their own gives; `profile` gives every other. */
const SCOPE_OF: Readonly<Record<string, string>> = {
  email: 'email',
  email_verified: 'email',
  phone_number: 'phone',
  phone_number_verified: 'phone',
};
const VERIFIED = ['email_verified', 'phone_number_verified'] as const;

/** The ID token's claims, without those of time and signature (`issue-tokens.ts` adds them). */
export function idTokenClaims(
  pool: Settings & Pick<Pool, 'tags'>,
  client: Client,
  account: Subject,
  grant: Pick<Grant, 'id' | 'scopes' | 'authTime' | 'eventId' | 'api'>,
): Claims {
  // Through the API nobody asks for scopes, so there is nothing to narrow to.
  const narrowed = pool.tags[ID_TOKEN_CLAIMS_TAG] === 'scopes' && !grant.api;
  const attributes = readable(pool, client, account, (name) => !narrowed || inScope(name, grant.scopes));
  for (const name of VERIFIED) if (name in attributes) attributes[name] = attributes[name] === 'true';
  return {
    ...attributes,
    sub: account.id,
    aud: client.id,
    token_use: 'id',
    'cognito:username': account.username,
    ...identitiesClaim(account),
    auth_time: grant.authTime,
    origin_jti: grant.id,
    event_id: grant.eventId,
  };
}

/** Where the person is known outside, all of it text but for the issuer, as the service has it (FED-124). */
function identitiesClaim(account: Subject): Claims {
  const identities = identityList(account)?.map(({ primary, dateCreated, ...rest }) => ({
    ...rest,
    primary: String(primary),
    dateCreated: String(dateCreated),
  }));
  return identities ? { identities } : {};
}

/** The access token's claims, without those of time and signature. It never says more of a person than their name. */
export function accessTokenClaims(
  client: Client,
  account: Subject,
  grant: Pick<Grant, 'id' | 'authTime' | 'eventId'>,
  scopes: string[],
): Claims {
  return {
    sub: account.id,
    client_id: client.id,
    token_use: 'access',
    scope: scopes.join(' '),
    username: account.username,
    auth_time: grant.authTime,
    origin_jti: grant.id,
    event_id: grant.eventId,
    version: 2,
  };
}

/** The claims of a token that a client gets for itself: it is its own subject (HUI-200). `now` in seconds. */
export function clientTokenClaims(client: Client, scopes: string[], now: number): Claims {
  return {
    sub: client.id,
    client_id: client.id,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time: now,
    version: 2,
  };
}

/** What user info answers: strictly by scope, truth values as strings (HUI-149, HUI-155). */
export function userInfoClaims(pool: Settings, client: Client, account: Subject, scopes: string[]): Claims {
  const attributes = readable(pool, client, account, (name) => inScope(name, scopes));
  return { ...attributes, sub: account.id, username: account.username };
}

/**
 * Everything of a person that the client may read, in the types that OpenID Connect Core 5.1 gives it: truth values and
 * times are no text. What of it is told where, scopes and the `claims` parameter say.
 */
export function standardClaims(
  pool: Settings,
  client: Client,
  account: Subject & Pick<Account, 'modifiedAt'>,
): Claims {
  const claims = readable(pool, client, account, () => true);
  for (const name of VERIFIED) if (name in claims) claims[name] = claims[name] === 'true';
  return { ...claims, updated_at: Math.floor(account.modifiedAt / 1000) };
}

function inScope(name: string, scopes: string[]): boolean {
  return scopes.includes(SCOPE_OF[name] ?? 'profile');
}

function readable(
  pool: Settings,
  client: Client,
  { attributes }: Subject,
  wanted: (name: string) => boolean,
): Claims {
  const mayRead = readableAttributes(pool, client);
  const claims: Claims = {};
  for (const [name, value] of Object.entries(attributes))
    if (mayRead(name) && wanted(name)) claims[name] = name === 'address' ? { formatted: value } : value;
  // Whoever has an address that was never verified is told so; a missing claim would be read as "unknown".
  for (const name of VERIFIED) {
    const contact = name.replace('_verified', '');
    if (contact in claims && !(name in claims) && mayRead(name)) claims[name] = 'false';
  }
  return claims;
}
