/**
 * An access token -> the person and client it stands for, now. Used by user info and by the operations of the API
 * that carry one, so that both stop accepting it at the same moment: revoked, signed out everywhere, disabled, or the
 * password reset.
 */
import type { Account } from '#adapters/accounts/store.ts';
import { refuseUnsettled } from '../accounts/own-account/refuse-unsettled.ts';
import { findClient } from '../configuration/find-client.ts';
import { Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import type { Claims } from './claims.ts';
import { findGrant, type Grant } from './grant.ts';
import { verifyToken } from './verify-token.ts';

export type Verifying = Pick<
  Pool,
  'id' | 'keys' | 'issuer' | 'clock' | 'accounts' | 'sessions' | 'directory' | 'vault'
>;

export interface VerifiedAccess {
  account: Account;
  client: Client;
  /** The sign-in that the token belongs to. */
  grant: Grant;
  scopes: string[];
  claims: Claims;
}

/**
 * Throws Refusal `access-token-invalid` (not signed by this pool, an ID token, a client's own token),
 * `access-token-expired`, `access-token-revoked` (also when the person was deleted or signed out everywhere),
 * `user-disabled`, `password-reset-required` or `user-not-confirmed`.
 * @param proven the caller sees to it that whoever shows a token that is bound to a key holds the key (RFC 9449). A
 * bound token that is shown like any other was perhaps stolen, and is invalid.
 */
export async function verifyAccessToken(
  pool: Verifying,
  token: string,
  { proven = false }: { proven?: boolean } = {},
): Promise<VerifiedAccess> {
  const claims = await verifyToken(pool, token);
  const text = (name: string) => (typeof claims?.[name] === 'string' ? claims[name] : undefined);
  const clientId = text('client_id');
  const grantId = text('origin_jti');
  if (!claims || text('token_use') !== 'access' || !clientId || !grantId)
    throw new Refusal('access-token-invalid');
  if (!isForPool(pool, claims) || (claims['cnf'] !== undefined && !proven))
    throw new Refusal('access-token-invalid');
  if (!(typeof claims['exp'] === 'number' && claims['exp'] * 1000 > pool.clock.now()))
    throw new Refusal('access-token-expired');

  const [grant, client] = await Promise.all([findGrant(pool, grantId), findClient(pool, clientId)]);
  if (!client) throw new Refusal('access-token-invalid');
  if (grant?.clientId !== clientId || grant.accountId !== claims['sub'])
    throw new Refusal('access-token-revoked');
  const account = await pool.accounts.find(grant.accountId);
  if (account && !account.enabled) throw new Refusal('user-disabled');
  if (account?.epoch !== grant.epoch) throw new Refusal('access-token-revoked');
  refuseUnsettled(account);
  return { account, client, grant, scopes: text('scope')?.split(' ') ?? [], claims };
}

/** A token that was made for another resource must not be good for more here (RFC 8707 section 2). */
function isForPool({ issuer }: Pick<Pool, 'issuer'>, { aud }: Claims): boolean {
  return aud === undefined || aud === issuer;
}
