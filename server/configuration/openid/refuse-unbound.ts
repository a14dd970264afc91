import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { openIdSettingsOf } from './features.ts';

/**
 * A client that must have tokens bound to its key (RFC 9449) gets none where nobody can prove one: whoever steals a token
 * of the API could use it, which is what its operator has ruled out.
 * @throws Refusal `operation-not-enabled`
 */
export function refuseUnbound(pool: Pick<Pool, 'tags'>, client: Pick<Client, 'id' | 'settings'>): void {
  if (!openIdSettingsOf(pool, client).dpop_bound_access_tokens) return;
  throw new Refusal('operation-not-enabled', {
    message: `Client ${client.id} must have tokens that are bound to a key (dpop_bound_access_tokens); the API gives none.`,
  });
}
