/**
 * Rules about what a pool and its clients may be configured to be, and what a configuration then allows. The
 * operations of the API write by them, the OAuth endpoints read by them. They know settings and the directory;
 * never people (`accounts`), HTTP, or tokens.
 *
 * This file: which of the scopes that a request names it is granted (spec: RFC 6749 section 3.3; HUI-34..43).
 */
import type { Client, Pool } from '../pool.ts';

/** Scopes of the service's own; all others are `<resource server identifier>/<scope name>`. */
export const SYSTEM_SCOPES = [
  'openid',
  'email',
  'phone',
  'profile',
  'aws.cognito.signin.user.admin',
] as const;
export const SYSTEM_SCOPE_NAMES: ReadonlySet<string> = new Set(SYSTEM_SCOPES);

/** Scopes that mean claims, and claims need an ID token. */
const NEED_OPENID: ReadonlySet<string> = new Set(['email', 'phone', 'profile']);

export type ScopeRefusal =
  /** Malformed, or neither a scope of the service nor of a resource server. */
  | 'unknown'
  /** It exists, and this client may not have it. */
  | 'not-allowed'
  /** Every scope that was asked for has been deleted from its resource server. */
  | 'inactive'
  | 'needs-openid';

export type ScopeDecision = { scopes: string[] } | { refused: ScopeRefusal; scope: string };

/** `user` for codes and implicit tokens, where a person signs in; `client-credentials` where only the client does. */
export type GrantKind = 'user' | 'client-credentials';

export interface GrantableScopes {
  /**
   * Decides about the scopes of one request, in the order in which they were asked for. Nothing requested means
   * everything the client has. One bad scope refuses all, since a token with less than was asked for surprises
   * later and elsewhere; only what the operator deleted from its resource server is left out in silence.
   */
  granted(requested: readonly string[] | undefined, kind: GrantKind): ScopeDecision;
}

export function grantableScopes(
  pool: Pick<Pool, 'resourceServers'>,
  client: Pick<Client, 'settings'>,
): GrantableScopes {
  const allowed = new Set(client.settings.AllowedOAuthScopes);
  // Made for who asks for one: most requests name scopes of the service alone.
  let scopesOfServers: Set<string> | undefined;
  const isDefined = (scope: string) => {
    scopesOfServers ??= definedScopes(pool);
    return scopesOfServers.has(scope);
  };

  function refusal(scope: string, kind: GrantKind): ScopeRefusal | undefined {
    if (kind === 'client-credentials' && SYSTEM_SCOPE_NAMES.has(scope)) return 'not-allowed';
    if (allowed.has(scope)) return undefined;
    return active(scope) ? 'not-allowed' : 'unknown';
  }

  const active = (scope: string) => SYSTEM_SCOPE_NAMES.has(scope) || isDefined(scope);

  return {
    granted(requested, kind) {
      if (!requested?.length) return everything(allowed, active, kind);
      const wanted = [...new Set(requested)];
      for (const scope of wanted) {
        const refused = refusal(scope, kind);
        if (refused) return { refused, scope };
      }
      const orphan = wanted.find((scope) => NEED_OPENID.has(scope));
      if (orphan && !wanted.includes('openid')) return { refused: 'needs-openid', scope: orphan };
      return unlessEmpty(wanted.filter(active), wanted);
    },
  };
}

/** What a client has when it names nothing: all of its own, without those that could do nothing. */
function everything(
  allowed: ReadonlySet<string>,
  active: (scope: string) => boolean,
  kind: GrantKind,
): ScopeDecision {
  const fits = (scope: string) =>
    kind === 'client-credentials'
      ? !SYSTEM_SCOPE_NAMES.has(scope)
      : allowed.has('openid') || !NEED_OPENID.has(scope);
  return unlessEmpty(
    [...allowed].filter((scope) => fits(scope) && active(scope)),
    [...allowed],
  );
}

function unlessEmpty(scopes: string[], wanted: string[]): ScopeDecision {
  return scopes.length ? { scopes } : { refused: 'inactive', scope: wanted[0] ?? '' };
}

/** Every custom scope that exists in the pool now. */
export function definedScopes(pool: Pick<Pool, 'resourceServers'>): Set<string> {
  return new Set(
    pool.resourceServers.flatMap(({ identifier, scopes }) =>
      scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`),
    ),
  );
}
