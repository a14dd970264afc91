/** An ID token that an application gives back to say whom it means (`id_token_hint`). It may have expired. */
import type { Pool } from '../pool.ts';
import { verifyToken } from './verify-token.ts';

/** Undefined unless it is an ID token that this pool signed with a key that it still publishes. */
export async function readIdTokenHint(
  pool: Pick<Pool, 'keys' | 'issuer'>,
  token: string,
): Promise<{ sub: string; clientId: string } | undefined> {
  const claims = await verifyToken(pool, token);
  if (claims?.['token_use'] !== 'id') return undefined;
  const { sub, aud } = claims;
  return typeof sub === 'string' && typeof aud === 'string' ? { sub, clientId: aud } : undefined;
}
