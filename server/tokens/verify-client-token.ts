import { findClient } from '../configuration/find-client.ts';
import { grantableScopes } from '../configuration/grantable-scopes.ts';
import type { Client, Pool } from '../pool.ts';
import { verifyToken } from './verify-token.ts';

type Verifying = Pick<Pool, 'id' | 'keys' | 'issuer' | 'clock' | 'directory' | 'vault' | 'resourceServers'>;

export interface VerifiedClient {
  client: Client;
  /** Of those in the token what the client may still have. */
  scopes: string[];
}

/**
 * An access token that a client got for itself (RFC 6749 section 4.4) -> that client, as it is now. Undefined when it is
 * no such token of this pool, has expired, is bound to a key or to another audience, or its client is gone.
 */
export async function verifyClientToken(pool: Verifying, token: string): Promise<VerifiedClient | undefined> {
  const claims = await verifyToken(pool, token);
  const { client_id: clientId, exp, aud, cnf } = claims ?? {};
  if (claims?.['token_use'] !== 'access' || typeof clientId !== 'string') return undefined;
  // A person's token has the id of a sign-in, and a subject that is not its client.
  if (claims['sub'] !== clientId || claims['origin_jti'] !== undefined) return undefined;
  if (cnf !== undefined || (aud !== undefined && aud !== pool.issuer)) return undefined;
  if (!(typeof exp === 'number' && exp * 1000 > pool.clock.now())) return undefined;
  const client = await findClient(pool, clientId);
  if (!client) return undefined;
  const grantable = grantableScopes(pool, client);
  const named = typeof claims['scope'] === 'string' ? claims['scope'].split(' ').filter(Boolean) : [];
  const scopes = named.filter((scope) => 'scopes' in grantable.granted([scope], 'client-credentials'));
  return { client, scopes };
}
