/** A sign-in that was answered -> the grant that its code or tokens belong to. */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from '../../pool.ts';
import { beginGrant, type GrantedBeside } from '../../tokens/grant.ts';
import type { Tracking } from '../../tokens/sessions/track.ts';
import { LIFETIMES } from '../configuration.ts';
import { fromOf } from '../hand-over.ts';
import { clientOf } from '../library-client.ts';
import type { Authorization } from './tell-clients.ts';

const recorded = new WeakMap<object, Promise<void>>();

/**
 * Records the grant of the request that the library works on, once: a hybrid answer makes a code and a token at the
 * same moment, and both belong to it. Before either is handed out, so that no token is alive without its grant.
 */
export function recordGrant(pool: Tracking & Pick<Pool, 'id'>): Promise<void> {
  const ctx = Provider.ctx;
  if (!ctx) throw new Error('a grant is recorded outside a request');
  let recording = recorded.get(ctx);
  if (!recording) {
    recording = begin(pool, ctx);
    recorded.set(ctx, recording);
  }
  return recording;
}

async function begin(pool: Tracking & Pick<Pool, 'id'>, ctx: KoaContextWithOIDC): Promise<void> {
  const { oidc } = ctx;
  const { accountId, loginTs, state, uid } = oidc.session ?? {};
  const { grant, client: libraryClient } = oidc;
  const epoch = state?.['epoch'];
  if (!grant || !libraryClient || !accountId || loginTs === undefined || typeof epoch !== 'number')
    throw new Error('a sign-in without a session cannot be granted');
  const client = clientOf(pool, libraryClient);
  noteInSession(oidc, grant.jti, client.id);
  const through = uid && { uid, since: loginTs * 1000, expiresAt: (loginTs + LIFETIMES.session) * 1000 };
  await beginGrant(pool, client, {
    id: grant.jti,
    accountId,
    scopes: [...oidc.requestParamScopes],
    epoch,
    authTime: loginTs,
    refreshable: libraryClient.grantTypeAllowed('refresh_token'),
    beside: besideScopes(oidc),
    from: fromOf(ctx),
    ...(through && { through }),
  });
}

/**
 * The newest of one application that a session ends when the person signs out. Some ask anew each minute, in a frame, for
 * as long as the session lives: an hour.
 */
export const MOST_GRANTS = 100;

/** Signing out ends what the session gave (`tell-clients.ts`); the library keeps the latest grant of each client only. */
function noteInSession({ session }: KoaContextWithOIDC['oidc'], id: string, clientId: string): void {
  const authorization: Authorization | undefined = session?.authorizationFor(clientId);
  if (authorization) authorization.grants = [...(authorization.grants ?? []), id].slice(-MOST_GRANTS);
}

function besideScopes({ claims, resourceServers, grant }: KoaContextWithOIDC['oidc']): GrantedBeside {
  const resources = Object.keys(resourceServers ?? {}).map((resource) => [
    resource,
    grant?.getResourceScope(resource) ?? '',
  ]);
  return {
    ...(claims && Object.keys(claims).length > 0 && { claims }),
    ...(resources.length > 0 && { resources: Object.fromEntries(resources) }),
  };
}
