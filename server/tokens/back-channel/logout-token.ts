import { randomUUID } from 'node:crypto';
import type { Pool } from '../../pool.ts';
import { signToken } from '../sign-token.ts';

/** Seconds that an application has to take a logout token (Back-Channel Logout 1.0 section 2.4). */
const LOGOUT_SECONDS = 120;

/** Without a `sid` it means every session of the person at the application (Back-Channel Logout 1.0 section 2.4). */
export function logoutToken(
  pool: Pick<Pool, 'keys' | 'issuer' | 'clock'>,
  { client, sub, sid }: { client: string; sub: string; sid?: string },
): Promise<string> {
  const iat = Math.floor(pool.clock.now() / 1000);
  const claims = {
    iss: pool.issuer,
    aud: client,
    sub,
    ...(sid !== undefined && { sid }),
    iat,
    exp: iat + LOGOUT_SECONDS,
    jti: randomUUID(),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  };
  return signToken(pool, 'id', claims, 'logout+jwt');
}
