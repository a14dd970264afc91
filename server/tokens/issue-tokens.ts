/**
 * A grant -> the tokens that an application gets, the same for code, implicit and refresh. The one place where the
 * scopes of a token are decided: what the grant names, as far as the client still has it and its resource server
 * still defines it (HUI-41, HUI-42).
 */
import { hash, randomUUID } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import { groupsOf } from '../accounts/groups/groups-of.ts';
import { grantableScopes } from '../configuration/grantable-scopes.ts';
import { tokenLifetimes } from '../configuration/token-lifetimes.ts';
import type { Client, Pool } from '../pool.ts';
import { accessTokenClaims, clientTokenClaims, idTokenClaims } from './claims.ts';
import type { Grant } from './grant.ts';
import { groupClaims, roleClaims } from './group-claims.ts';
import { signToken } from './sign-token.ts';

export type Issuing = Pick<
  Pool,
  'keys' | 'issuer' | 'clock' | 'settings' | 'tags' | 'resourceServers' | 'directory'
>;

export interface IssuedTokens {
  accessToken: string;
  /** Only when `openid` was granted (HUI-34), or the person signed in through the API. */
  idToken?: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
}

/**
 * `nonce` as the application sent it, for the ID token of the sign-in itself. Undefined when no scope of the grant is
 * left: a token that allows nothing would only look like one that works.
 */
export async function issueTokens(
  pool: Issuing,
  client: Client,
  account: Account,
  grant: Grant,
  nonce?: string,
): Promise<IssuedTokens | undefined> {
  const scopes = grant.api ? grant.scopes : remainingScopes(pool, client, grant.scopes);
  if (scopes.length === 0) return undefined;
  const groups = await groupsOf(pool, account);
  const lifetimes = tokenLifetimes(client);
  const iat = seconds(pool);
  const common = { iss: pool.issuer, iat };
  const accessToken = await signToken(pool, 'access', {
    ...accessTokenClaims(client, account, grant, scopes),
    ...groupClaims(groups),
    ...common,
    exp: iat + lifetimes.access,
    jti: randomUUID(),
  });
  const issued = { accessToken, expiresIn: lifetimes.access };
  if (!grant.api && !scopes.includes('openid')) return issued;
  const idToken = await signToken(pool, 'id', {
    ...idTokenClaims(pool, client, account, { ...grant, scopes }),
    ...groupClaims(groups),
    ...roleClaims(groups),
    ...(nonce === undefined ? {} : { nonce }),
    // As in the service, only where OpenID Connect asks for it: pycognito takes it for text and fails.
    ...(grant.api ? {} : { at_hash: leftHalfHash(accessToken) }),
    ...common,
    exp: iat + lifetimes.id,
    jti: randomUUID(),
  });
  return { ...issued, idToken };
}

/** A token for the client itself: no person, no grant, nothing to refresh (RFC 6749 section 4.4). */
export async function issueClientToken(
  pool: Issuing,
  client: Client,
  scopes: string[],
): Promise<{ accessToken: string; expiresIn: number }> {
  const { access: expiresIn } = tokenLifetimes(client);
  const iat = seconds(pool);
  const claims = { ...clientTokenClaims(client, scopes, iat), iss: pool.issuer, iat, exp: iat + expiresIn };
  return { accessToken: await signToken(pool, 'access', { ...claims, jti: randomUUID() }), expiresIn };
}

/** Each scope is judged by itself: one that the client has lost must not take the others with it. */
export function remainingScopes(
  pool: Pick<Pool, 'resourceServers'>,
  client: Client,
  granted: string[],
): string[] {
  const grantable = grantableScopes(pool, client);
  const base =
    granted.includes('openid') && client.settings.AllowedOAuthScopes.includes('openid') ? ['openid'] : [];
  return granted.filter((scope) => {
    const decision = grantable.granted([...base, scope], 'user');
    return 'scopes' in decision && decision.scopes.includes(scope);
  });
}

const seconds = ({ clock }: Pick<Pool, 'clock'>) => Math.floor(clock.now() / 1000);

/** `at_hash` and `c_hash` of OpenID Connect Core, sections 3.1.3.6 and 3.3.2.11, for RS256. */
export function leftHalfHash(token: string): string {
  return hash('sha256', token, 'buffer').subarray(0, 16).toString('base64url');
}
