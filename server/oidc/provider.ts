/** One instance of the library for one address of a pool: its cookies and links belong to that address alone. */
import Provider, { type errors, type KoaContextWithOIDC, type Client as LibraryClient } from 'oidc-provider';
import { isSecretOf } from '../configuration/check-secret-hash.ts';
import type { Pool } from '../pool.ts';
import { configurationOf, type SignInPage } from './configuration.ts';
import type { Address, Cookies } from './cookies.ts';
import { RESPONSE_MODES, respond } from './dialect/response-modes.ts';
import { redeemCode } from './grants/authorization-code.ts';
import { grantToClient } from './grants/client-credentials.ts';
import { refresh } from './grants/refresh-token.ts';
import { logOf, noteAnswer, noteFault } from './hand-over.ts';
import { clientOf } from './library-client.ts';

export function openProvider(pool: Pool, address: Address, cookies: Cookies): Provider {
  const provider = new Provider(pool.issuer, configurationOf(pool, cookies, signInPageAt(address)));
  for (const mode of Object.values(RESPONSE_MODES))
    provider.registerResponseMode(mode, (ctx, _, payload) => respond(pool, ctx, payload));
  registerGrants(provider, pool);
  trustRegistration(provider, pool);
  // Which grants a client may use is answered by `grants/`, in Cognito's words.
  provider.Client.prototype.grantTypeAllowed = () => true;
  listen(provider, pool);
  return provider;
}

export function signInPageAt(address: Address): SignInPage {
  return (query, uid, page = '/login') =>
    `${address.base}${page}?${query}${query && '&'}interaction=${encodeURIComponent(uid)}`;
}

type Parameters = { [name: string]: string | undefined };

/** In place of the library's own. A parameter that is not listed, such as `scope` at refresh, is not read. */
function registerGrants(provider: Provider, pool: Pool): void {
  const redeeming = ['code', 'code_verifier', 'redirect_uri'];
  provider.registerGrantType<Parameters>('authorization_code', (ctx) => redeemCode(pool, ctx), redeeming);
  provider.registerGrantType<Parameters>('refresh_token', (ctx) => refresh(pool, ctx), ['refresh_token']);
  provider.registerGrantType<Parameters>('client_credentials', (ctx) => grantToClient(pool, ctx), ['scope']);
}

/**
 * Checks of the library's that ours replace. Its rules for redirect URIs depend on a kind of client that Cognito
 * does not have: one custom scheme would make a whole client invalid; ours were applied when they were registered,
 * and matching stays exact. A client may have two secrets.
 */
export function trustRegistration(provider: Provider, pool: Pick<Pool, 'id'>): void {
  const { Schema } = provider.Client as unknown as { Schema: { prototype: { redirectUris(): void } } };
  Schema.prototype.redirectUris = () => undefined;
  provider.Client.prototype.compareClientSecret = function compare(this: LibraryClient, actual: string) {
    return isSecretOf(clientOf(pool, this), actual);
  };
}

/**
 * What the library tells nobody, or tells a client in one word, is told to the operator; and that an application was
 * answered, to whoever handed the request over.
 */
export function listen(provider: Provider, pool: Pick<Pool, 'log'>): void {
  provider.on('authorization.success', noteAnswer);
  const log = (ctx: object) => logOf(ctx) ?? pool.log;
  provider.on('server_error', (ctx, err) => {
    noteFault(ctx, err);
    log(ctx).error({ err }, 'an OAuth endpoint failed');
  });
  const refused = (ctx: KoaContextWithOIDC, err: errors.OIDCProviderError) =>
    log(ctx).info(
      {
        client: ctx.oidc.client?.clientId,
        error: err.error,
        description: err.error_description,
        detail: err.error_detail,
      },
      'an OAuth request was refused',
    );
  provider.on('authorization.error', refused);
  provider.on('grant.error', refused);
  provider.on('revocation.error', refused);
  provider.on('pushed_authorization_request.error', refused);
  provider.on('device_authorization.error', refused);
  provider.on('device_resume.error', refused);
}
