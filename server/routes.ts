/**
 * Every URL of a pool, on one page. Each handler answers all methods itself, the ones that it does not serve
 * with 405.
 */
import Router from '@koa/router';
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

/** What a pool answers at one of its addresses: the OAuth endpoints and the hosted pages. */
export function openRoutes(pool: Pool, address: { base: string; mountPath: string }): Routes {
  const oidc = openOidc(pool, address, () => flow.shown);
  const flow = openFlow(pool, oidc.bridge, address);

  const router = new Router({ prefix: address.mountPath, sensitive: true, strict: true });
  for (const path of ['/oauth2/authorize', '/authorize']) router.all(path, oidc.authorize);
  router.all('/oauth2/authorize/:uid', oidc.resume);
  for (const path of ['/oauth2/token', '/token']) router.all(path, oidc.token);
  for (const path of ['/oauth2/userInfo', '/oauth2/userinfo', '/userInfo']) router.all(path, oidc.userInfo);
  router.all('/oauth2/revoke', oidc.revoke);
  router.all('/logout', oidc.logout);
  for (const [name, handler] of Object.entries(oidc.openid ?? {}))
    router.all(OPENID_PATHS[name as keyof typeof OPENID_PATHS], handler);

  router.all(ENDPOINTS.oauth2, flow.providerAnswer('oauth2'));
  router.all(ENDPOINTS.saml2, flow.providerAnswer('saml2'));
  router.all(LOGOUT_ENDPOINT, flow.signedOutThere);
  router.all('/saml2/metadata', flow.serviceProvider);

  const { 'sign-in': signIn, ...pages } = PATHS;
  router.all(signIn, (ctx) => {
    // Opened directly, its query begins an interaction. One that has ended, or that this browser cannot show its
    // cookie for, is told so by the page: to begin another would send a browser without cookies round for ever.
    const begins = ctx.method === 'GET' && ctx.query['interaction'] === undefined;
    return begins ? oidc.login(ctx) : flow.pages['sign-in'](ctx);
  });
  for (const [name, path] of Object.entries(pages)) router.all(path, flow.pages[name as StepName]);
  router.get('/assets/:name', (ctx) => flow.asset(ctx, ctx.params['name'] ?? ''));

  const dispatch = router.routes();
  return {
    async handle(ctx) {
      let answered = true;
      await dispatch(ctx as Parameters<typeof dispatch>[0], async () => {
        answered = false;
      });
      // The path as it is written above, for the metrics: the same for every pool, with names instead of ids.
      if (answered) ctx.state['route'] = String(ctx['_matchedRoute']).slice(address.mountPath.length);
      return answered;
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
