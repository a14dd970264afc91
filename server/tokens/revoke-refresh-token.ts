import { countFailure, type Limiting, refuseAfterFailures } from '../accounts/limits/take-turn.ts';
import { checkClientSecret } from '../configuration/check-client-secret.ts';
import { Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import { revokeGrant } from './grant.ts';
import { findRefreshToken } from './refresh-token.ts';
import { verifyToken } from './verify-token.ts';

export interface Revocation {
  token: string;
  /** The client's, when it has one. */
  secret: string | undefined;
  /** The address of whoever calls, as far as it is known. */
  address?: string;
}

/**
 * Ends the sign-in that a refresh token is of, its access tokens with it (HUI-208), as `/oauth2/revoke` does. Quiet
 * about a token that is unknown, of another client, or revoked already (HUI-209, ATK-11).
 * @throws Refusal `client-secret-wrong`, `revocation-disabled`, `token-type-unsupported`, `too-many-requests`
 */
export async function revokeRefreshToken(
  pool: Limiting & Pick<Pool, 'keys' | 'issuer'>,
  client: Client,
  { token, secret, address }: Revocation,
): Promise<void> {
  await refuseAfterFailures(pool, 'client-failures', address);
  try {
    checkClientSecret(client, secret);
  } catch (error) {
    await countFailure(pool, 'client-failures', address);
    throw error;
  }
  if (!client.settings.EnableTokenRevocation) throw new Refusal('revocation-disabled');
  const found = await findRefreshToken(pool, token);
  if (found?.clientId === client.id) await revokeGrant(pool, found.grantId);
  else if (!found && (await verifyToken(pool, token))) throw new Refusal('token-type-unsupported');
}
