/**
 * OAuth 2.0 and OpenID Connect for one address of a pool, the only folder that knows oidc-provider. The library runs
 * the authorize request, the hosted session and the proof of clients; `dialect/` makes it speak as Cognito does,
 * `grants/` and `tokens/` issue what applications get. Its neighbours: `flow` shows the pages that an interaction
 * waits on, and knows `interaction.ts` alone. Nothing here knows passwords, forms or pages.
 */
import type { Context } from 'koa';
import { profileOf } from '../configuration/openid/profile.ts';
import type { Pool } from '../pool.ts';
import { openAuthorize } from './authorize.ts';
import { openBridge } from './bridge.ts';
import { type Address, cookiesOf } from './cookies.ts';
import type { HostedPages, InteractionBridge } from './interaction.ts';
import { limitClients } from './limit-clients.ts';
import { openLogout } from './logout.ts';
import { openOpenId } from './openid/open-openid.ts';
import type { OpenIdEndpoints } from './openid/paths.ts';
import { openProvider } from './provider.ts';
import { openToken } from './token.ts';
import { openUserInfo } from './user-info.ts';

type Handler = (ctx: Context) => Promise<void>;

/** Each handler answers every method itself, the ones that it does not serve with 405. */
export interface Oidc {
  /** `/oauth2/authorize` and `/authorize`. */
  authorize: Handler;
  /** `/oauth2/authorize/:uid`: where `bridge.finish` sends the browser. */
  resume: Handler;
  /** GET `/login` that names no interaction: begins one from its query. */
  login: Handler;
  /** `/oauth2/token` and `/token`. */
  token: Handler;
  /** `/oauth2/userInfo`, `/oauth2/userinfo` and `/userInfo`. */
  userInfo: Handler;
  /** `/oauth2/revoke`. */
  revoke: Handler;
  /** `/logout`. */
  logout: Handler;
  bridge: InteractionBridge;
  /** Endpoints of the `openid` profile alone, by the names of their paths (`openid/paths.ts`). */
  openid?: OpenIdEndpoints;
}

export function openOidc(pool: Pool, address: Address, pages: () => HostedPages): Oidc {
  if (profileOf(pool) === 'openid') return openOpenId(pool, address, pages);
  const cookies = cookiesOf(pool, address);
  const provider = openProvider(pool, address, cookies);
  const opening = { pool, provider, address, cookies };
  return {
    ...openAuthorize(opening),
    ...limitClients(pool, openToken(pool, provider, address)),
    userInfo: openUserInfo(pool),
    logout: openLogout(pool, provider, address, cookies, pages),
    bridge: openBridge(opening),
  };
}
