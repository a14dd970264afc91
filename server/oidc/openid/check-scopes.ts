/** Which scopes an authorize request must name at least, so that what comes of it is good for anything. */
import { errors } from 'oidc-provider';
import { definedScopes, SYSTEM_SCOPES } from '../../configuration/grantable-scopes.ts';
import type { Pool } from '../../pool.ts';

/** Scopes that by themselves open something; the others say what an ID token and user info tell, which come with `openid`. */
const OPENING: readonly string[] = SYSTEM_SCOPES.filter((scope) => scope === 'openid' || scope.includes('.'));

/**
 * There is no default scope, and names that nobody knows are passed over: where nothing is left, nobody is asked to sign
 * in for it (RFC 6749 section 3.3).
 * @param named the parameter, with the scopes of a resource that stand for a missing one
 * @throws InvalidScope
 */
export function checkScopes(pool: Pick<Pool, 'resourceServers'>, named: unknown): void {
  const scopes = typeof named === 'string' ? named.split(' ').filter(Boolean) : [];
  if (scopes.some((scope) => OPENING.includes(scope))) return;
  const defined = definedScopes(pool);
  if (scopes.some((scope) => defined.has(scope))) return;
  throw Object.assign(new errors.InvalidScope('none of the scopes gives anything', ''), { scope: undefined });
}
