import type { Limiting } from '../accounts/limits/take-turn.ts';
import { checkClientSecret } from '../configuration/check-client-secret.ts';
import { Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import { tellOfEnd } from './back-channel/tell-of-end.ts';
import { findGrant, revokeGrant } from './grant.ts';
import { proveClient } from './prove-client.ts';
import { findRefreshToken } from './refresh-token.ts';
import { sessionId } from './sessions/list.ts';
import { revokeSession } from './sessions/revoke.ts';
import type { Tracking } from './sessions/track.ts';
import { verifyToken } from './verify-token.ts';

type Revoking = Limiting & Tracking & Parameters<typeof tellOfEnd>[0] & Pick<Pool, 'accounts'>;

export interface Revocation {
  token: string;
  /** The client's, when it has one. */
  secret: string | undefined;
  /** With the sign-in goes the hosted session that it came through. */
  linked?: boolean;
  /** The address of whoever calls, as far as it is known. */
  address?: string;
}

/**
 * Ends the sign-in that a refresh token is of, its access tokens with it (HUI-208), as `/oauth2/revoke` does. Quiet
 * about a token that is unknown, of another client, or revoked already (HUI-209, ATK-11).
 * @throws Refusal `client-secret-wrong`, `revocation-disabled`, `token-type-unsupported`, `too-many-requests`,
 * `operation-not-enabled` for `linked` where the pool does not track sessions
 */
export async function revokeRefreshToken(
  pool: Revoking,
  client: Client,
  { token, secret, linked = false, address }: Revocation,
): Promise<void> {
  await proveClient(pool, address, () => checkClientSecret(client, secret));
  if (!client.settings.EnableTokenRevocation) throw new Refusal('revocation-disabled');
  const found = await findRefreshToken(pool, token);
  if (found?.clientId === client.id) await (linked ? revokeLinked : revokeGrant)(pool, found.grantId);
  else if (!found && (await verifyToken(pool, token))) throw new Refusal('token-type-unsupported');
}

async function revokeLinked(pool: Revoking, grantId: string): Promise<void> {
  const grant = await findGrant(pool, grantId);
  const account = grant && (await pool.accounts.find(grant.accountId));
  if (!account) return;
  try {
    const ended = await revokeSession(pool, account, {
      sessionId: sessionId('TOKEN', grantId),
      linked: true,
    });
    await tellOfEnd(pool, account.id, ended);
  } catch (error) {
    // A sign-in from before the pool tracked any hangs together with nothing.
    if (!(error instanceof Refusal && error.reason === 'resource-not-found')) throw error;
    await revokeGrant(pool, grantId);
  }
}
