import type { Account } from '#adapters/accounts/store.ts';
import { findClient } from '../configuration/find-client.ts';
import type { Client, Pool } from '../pool.ts';
import type { Claims } from './claims.ts';
import { findGrant, type Grant, liveAccount } from './grant.ts';
import { remainingScopes } from './issue-tokens.ts';
import type { Verifying } from './verify-access-token.ts';
import { verifyToken } from './verify-token.ts';

/** A person's token that is to be exchanged for another (RFC 8693), and everything that it rests on. */
export interface Subject {
  account: Account;
  /** The sign-in that the token belongs to. */
  grant: Grant;
  /** Whom the token was given to. */
  client: Client;
  /**
   * Of those in the token (an ID token has none of its own: of those of its sign-in) what the client that the person
   * signed in to may still have.
   */
  scopes: string[];
  claims: Claims;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** Thumbprint of the key that the token is bound to. The caller sees to it that it is proven. */
  jkt?: string;
}

/**
 * Undefined for whatever is not good any more: not signed by this pool or not of this kind, expired, its sign-in ended,
 * its person disabled or signed out everywhere, its client or the one that the person signed in to deleted, or made for
 * an audience that is neither the pool nor the client `asking`, as it is now.
 */
export async function verifySubjectToken(
  pool: Verifying & Pick<Pool, 'resourceServers'>,
  token: string,
  { use, asking }: { use: 'access' | 'id'; asking: Client },
): Promise<Subject | undefined> {
  const claims = await verifyToken(pool, token);
  const { exp, sub, aud, origin_jti: grantId } = claims ?? {};
  const holder = use === 'id' ? aud : claims?.['client_id'];
  if (!claims || claims['token_use'] !== use || typeof holder !== 'string') return undefined;
  if (typeof grantId !== 'string' || !(typeof exp === 'number' && exp * 1000 > pool.clock.now()))
    return undefined;
  const exchanged = use === 'access' && aud === asking.id;
  if (use === 'access' && !exchanged && aud !== undefined && aud !== pool.issuer) return undefined;
  const [grant, client] = await Promise.all([
    findGrant(pool, grantId),
    holder === asking.id ? asking : findClient(pool, holder),
  ]);
  if (!grant || !client || grant.accountId !== sub) return undefined;
  // A token that came of an exchange is another client's than the one that the person signed in to.
  if (!exchanged && grant.clientId !== holder) return undefined;
  const [account, signedInTo] = await Promise.all([
    liveAccount(pool, grant),
    grant.clientId === holder ? client : findClient(pool, grant.clientId),
  ]);
  if (!account || !signedInTo) return undefined;
  const { jkt } = (claims['cnf'] ?? {}) as { jkt?: string };
  // A token that is bound to something else than a key cannot be proven here.
  if (claims['cnf'] !== undefined && jkt === undefined) return undefined;
  const scope = typeof claims['scope'] === 'string' ? claims['scope'] : '';
  const named = use === 'id' ? grant.scopes : scope.split(' ').filter(Boolean);
  const scopes = remainingScopes(pool, signedInTo, named);
  return { account, grant, client, scopes, claims, expiresAt: exp, ...(jkt && { jkt }) };
}
