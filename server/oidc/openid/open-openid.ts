/**
 * The `openid` profile: the endpoints of a pool as OpenID Connect and the OAuth security BCP (RFC 9700) have them. The
 * library answers in its own words; people, sessions, grants and tokens are the same as in the `cognito` profile, so
 * that the hosted pages and the JSON API never ask which it is. Its neighbours: the folder above, which chooses between
 * the profiles, and `configuration/openid/`, which says what a client may use. Nothing here knows pages or passwords.
 */
import type { Context } from 'koa';
import { poolFeatures } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import { auditTokens } from '../audit-tokens.ts';
import { openBridge } from '../bridge.ts';
import { LIBRARY_PATHS } from '../configuration.ts';
import { type Address, cookiesOf } from '../cookies.ts';
import { handOver } from '../hand-over.ts';
import type { HostedPages } from '../interaction.ts';
import { limitClients } from '../limit-clients.ts';
import { allowsScript } from '../methods.ts';
import type { Oidc } from '../open-oidc.ts';
import { openAuthorize } from './authorize.ts';
import { POLL_SECONDS } from './device/device-codes.ts';
import { DEVICE_PARAMETER } from './device/device-flow.ts';
import { openDevices } from './device/open-device.ts';
import { openEndSession } from './end-session.ts';
import { nameUnproven } from './name-unproven.ts';
import { OPENID_PATHS } from './paths.ts';
import { openOpenIdProvider } from './provider.ts';
import { openRegistration } from './registration/open-registration.ts';

const USER_INFO = '/oauth2/userInfo';

type TokenEvent = Parameters<typeof auditTokens>[2];

export function openOpenId(pool: Pool, address: Address, pages: () => HostedPages): Oidc {
  const cookies = cookiesOf(pool, address);
  const provider = openOpenIdProvider(pool, address, cookies);

  /** An endpoint that programs call, at the library's own path for it. */
  const endpoint = (path: string, methods: string[], event?: TokenEvent) => async (ctx: Context) => {
    if (!allowsScript(ctx, methods)) return;
    ctx.append('Access-Control-Expose-Headers', 'DPoP-Nonce');
    const handled = await handOver(provider, address, ctx, {
      path: ctx.querystring ? `${path}?${ctx.querystring}` : path,
      onFault: (inner, fault) => {
        inner.body = fault;
      },
    });
    if (path !== USER_INFO) nameUnproven(pool, ctx);
    if (event) auditTokens(pool, ctx, event, handled);
    ctx.set('Cache-Control', 'no-store');
  };

  const clients = limitClients(pool, {
    token: endpoint(LIBRARY_PATHS.token, ['POST'], 'token-issue'),
    revoke: endpoint(LIBRARY_PATHS.revocation, ['POST'], 'token-revocation'),
    pushedAuthorization: endpoint(OPENID_PATHS.pushedAuthorization, ['POST']),
    deviceAuthorization: withInterval(endpoint(OPENID_PATHS.deviceAuthorization, ['POST'])),
  });
  const opening = { pool, provider, address, cookies };
  const devices = openDevices(opening);
  const authorize = openAuthorize(opening, pages);
  return {
    ...authorize,
    login: (ctx) => (DEVICE_PARAMETER in ctx.query ? devices.beginAgain(ctx) : authorize.login(ctx)),
    token: clients.token,
    revoke: clients.revoke,
    userInfo: withoutIdleOffer(pool, endpoint(USER_INFO, ['GET', 'POST'])),
    logout: openEndSession({ ...opening, pages }),
    bridge: { ...openBridge(opening), device: devices.bridge },
    openid: {
      pushedAuthorization: clients.pushedAuthorization,
      deviceAuthorization: clients.deviceAuthorization,
      deviceResume: devices.resume,
      ...openRegistration(pool, address),
    },
  };
}

/** To whoever shows no token the library offers bound ones too, also where no client of the pool need have them. */
function withoutIdleOffer(pool: Pick<Pool, 'tags'>, handler: (ctx: Context) => Promise<void>) {
  return async (ctx: Context) => {
    await handler(ctx);
    const offers = [ctx.response.get('WWW-Authenticate')].flat();
    if (offers.length > 1 && !poolFeatures(pool).has('dpop'))
      ctx.set(
        'WWW-Authenticate',
        offers.filter((offer) => !offer.startsWith('DPoP ')),
      );
  };
}

/** How often a device may ask; the library leaves it to the specification, and not every device knows that. */
function withInterval(handler: (ctx: Context) => Promise<void>) {
  return async (ctx: Context) => {
    await handler(ctx);
    const answer = ctx.body as { device_code?: string } | undefined;
    if (answer?.device_code) ctx.body = { ...answer, interval: POLL_SECONDS };
  };
}
