/**
 * Every URL of a pool, on one page. Each handler answers all methods itself, the ones that it does not serve
 * with 405.
 */
import type { Context, Middleware, Next } from 'koa';
import { Refusal } from './errors.ts';
import { LOGOUT_ENDPOINT } from './flow/federation/sign-out.ts';
import { ENDPOINTS } from './flow/federation/transactions.ts';
import { openFlow } from './flow/mount.ts';
import { PATHS, type StepName } from './flow/paths.ts';
import { showKeys, showMetadata } from './oidc/discovery.ts';
import { openOidc } from './oidc/open-oidc.ts';
import { OPENID_PATHS } from './oidc/openid/paths.ts';
import type { Pool, Pools } from './pool.ts';

export interface Routes {
  /** Answers the request, or says that nothing answers at this path. */
  handle(ctx: Context): Promise<boolean>;
}

type Handler = (ctx: Context) => unknown;

/** What a pool answers at one of its addresses: the OAuth endpoints and the hosted pages. */
export function openRoutes(pool: Pool, address: { base: string; mountPath: string }): Routes {
  const oidc = openOidc(pool, address, () => flow.shown);
  const flow = openFlow(pool, oidc.bridge, address);

  const handlers = new Map<string, Handler>();
  const on = (handler: Handler, ...paths: string[]) => {
    for (const path of paths) handlers.set(path, handler);
  };
  on(oidc.authorize, '/oauth2/authorize', '/authorize');
  on(oidc.resume, '/oauth2/authorize/:uid');
  on(oidc.token, '/oauth2/token', '/token');
  on(oidc.userInfo, '/oauth2/userInfo', '/oauth2/userinfo', '/userInfo');
  on(oidc.revoke, '/oauth2/revoke');
  on(oidc.logout, '/logout');
  for (const [name, handler] of Object.entries(oidc.openid ?? {}))
    on(handler, OPENID_PATHS[name as keyof typeof OPENID_PATHS]);

  for (const [path, page] of flow.devicePages) on(page, path);

  on(flow.providerAnswer('oauth2'), ENDPOINTS.oauth2);
  on(flow.providerAnswer('saml2'), ENDPOINTS.saml2);
  on(flow.signedOutThere, LOGOUT_ENDPOINT);
  on(flow.serviceProvider, '/saml2/metadata');

  const { 'sign-in': signIn, ...pages } = PATHS;
  on((ctx) => {
    // Opened directly, its query begins an interaction. One that has ended, or that this browser cannot show its
    // cookie for, is told so by the page: to begin another would send a browser without cookies round for ever.
    const begins = ctx.method === 'GET' && ctx.query['interaction'] === undefined;
    return begins ? oidc.login(ctx) : flow.pages['sign-in'](ctx);
  }, signIn);
  for (const [name, path] of Object.entries(pages)) on(flow.pages[name as StepName], path);
  on((ctx) => {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') flow.asset(ctx, ctx.path.split('/').at(-1) ?? '');
  }, '/assets/:name');

  return openTable(handlers, address.mountPath);
}

/** A path is looked up, whatever their number: a router would try one pattern after the other for each request. */
function openTable(handlers: ReadonlyMap<string, Handler>, mountPath: string): Routes {
  /** Those that end with a name, by what stands before it. */
  const named = new Map(
    [...handlers.keys()]
      .filter((route) => route.includes('/:'))
      .map((route) => [route.slice(0, route.indexOf(':')), route]),
  );
  const routeOf = (path: string) => {
    if (handlers.has(path)) return path;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return folder === path ? undefined : named.get(folder);
  };
  return {
    async handle(ctx) {
      const route = routeOf(ctx.path.slice(mountPath.length));
      const handler = route && handlers.get(route);
      if (!handler) return false;
      // The path as it is written above, for the metrics: the same for every pool, with names instead of ids.
      ctx.state['route'] = route;
      await handler(ctx);
      return true;
    },
  };
}

const DOCUMENT =
  /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/(jwks\.json|openid-configuration|oauth-authorization-server)$/;
/** RFC 8414 puts the well-known part before the issuer's path. */
const DOCUMENT_RFC_8414 =
  /^\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/([\w-]+_[0-9A-Za-z]+)$/;

/** What every pool shows below `<public URL>/<pool id>`, with a domain or without (HUI-05, HUI-06). */
export function poolDocuments(pools: Pools, publicUrl: string): Middleware {
  return async function poolDocuments(ctx: Context, next: Next) {
    const [, poolId, document] = DOCUMENT.exec(ctx.path) ?? DOCUMENT_RFC_8414.exec(ctx.path) ?? [];
    if (!poolId) return next();
    const pool = await pools.byId(poolId).catch(unknown);
    if (!pool) return next();
    ctx.state['route'] = `/.well-known/${document ?? 'openid-configuration'}`;
    if (document === 'jwks.json') showKeys(ctx, pool);
    else showMetadata(ctx, pool, publicUrl);
  };
}

function unknown(error: unknown): undefined {
  if (error instanceof Refusal && error.reason === 'pool-not-found') return undefined;
  throw error;
}
