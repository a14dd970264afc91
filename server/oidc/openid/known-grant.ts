import Provider from 'oidc-provider';
import { findGrant, type Grant } from '../../tokens/grant.ts';
import type { Tracking } from '../../tokens/sessions/track.ts';

const known = new WeakMap<object, Grant>();

/**
 * The grant that the library's request is about, read once: it asks for the same one as a grant, as a person and with a
 * refresh token. What gives a token out asks anew (`access-tokens.ts`), since the sign-in may have ended meanwhile.
 */
export async function knownGrant(pool: Tracking, id: string): Promise<Grant | undefined> {
  const ctx = Provider.ctx;
  const had = ctx && known.get(ctx);
  if (had?.id === id) return had;
  const grant = await findGrant(pool, id);
  if (grant) noteGrant(grant);
  return grant;
}

/** The grant was read for this request already. */
export function noteGrant(grant: Grant): void {
  if (Provider.ctx) known.set(Provider.ctx, grant);
}
