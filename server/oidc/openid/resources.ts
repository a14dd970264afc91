/**
 * Tokens for one resource (RFC 8707): a resource server of the pool whose identifier is an address. A token that names
 * one has its scopes and is good nowhere else.
 */
import { type Configuration, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { SYSTEM_SCOPE_NAMES } from '../../configuration/grantable-scopes.ts';
import { featuresOf } from '../../configuration/openid/features.ts';
import type { Client, Pool } from '../../pool.ts';
import { clientOf } from '../library-client.ts';
import { switchedOff } from './refuse-switched-off.ts';

type Configured = Pick<Pool, 'id' | 'issuer' | 'tags' | 'resourceServers'>;

export function resourceIndicators(pool: Configured) {
  return {
    enabled: true,
    /** Throws InvalidTarget for what the client cannot have a token for. */
    async getResourceServerInfo(ctx, resource, libraryClient) {
      const client = clientOf(pool, libraryClient);
      // Once more than at the edge: it may have come in a request object.
      if (!featuresOf(pool, client).has('resource-indicators'))
        throw new errors.InvalidTarget(switchedOff('resource-indicators'));
      const server = resourceServer(pool, client, resource);
      if (!server) throw new errors.InvalidTarget('the client has nothing to do at this resource');
      askForAll(ctx, server);
      return server;
    },
    // What was named at the sign-in holds for its tokens, unless the token request names one of them (section 2.2).
    useGrantedResource: async () => true,
  } satisfies NonNullable<Configuration['features']>['resourceIndicators'];
}

/**
 * What the client may do at a resource, as far as it exists and the client has a scope of it. The pool's own issuer is
 * one too: user info and self-service, for a sign-in that needs both a token for them and another.
 */
function resourceServer(
  { issuer, resourceServers }: Configured,
  { settings: { AllowedOAuthScopes: allowed } }: Client,
  resource: string,
): ResourceServer | undefined {
  if (resource === issuer) return { audience: issuer, scope: allowed.filter(isSystemScope).join(' ') };
  const server = resourceServers.find(({ identifier }) => isSameAddress(identifier, resource));
  if (!server) return undefined;
  const { identifier, scopes } = server;
  const own = scopes
    .map(({ ScopeName }) => `${identifier}/${ScopeName}`)
    .filter((name) => allowed.includes(name));
  return own.length > 0 ? { audience: identifier, scope: own.join(' ') } : undefined;
}

const isSystemScope = (scope: string) => SYSTEM_SCOPE_NAMES.has(scope);

/** As addresses, not as text: libraries write a host in small letters, and a slash where there is no path. */
export const isSameAddress = (identifier: string, resource: string) =>
  URL.canParse(identifier) && new URL(identifier).href === new URL(resource).href;

const silent = new WeakSet<object>();

/** Whoever names a resource and no scope means what the client may do there (RFC 6749 section 3.3). */
function askForAll({ oidc }: KoaContextWithOIDC, { scope }: ResourceServer): void {
  const { route, params } = oidc;
  const asks = route !== 'token' || params?.['grant_type'] === 'client_credentials';
  if (!params || !asks) return;
  if (params['scope'] === undefined) silent.add(params);
  if (silent.has(params)) params['scope'] = [params['scope'], scope].filter(Boolean).join(' ');
}
