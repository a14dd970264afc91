/**
 * `/logout` in its three forms (HUI-177..188): A back to an address of the client's, B to the sign-in page, C as
 * OpenID Connect RP-Initiated Logout has it, known by its parameters. All end the hosted session at this address and
 * nothing else. No form asks the person first: each names a client whose address was registered for it.
 */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { record } from '../audit.ts';
import { findClient } from '../configuration/find-client.ts';
import { grantableScopes } from '../configuration/grantable-scopes.ts';
import type { Client, Pool } from '../pool.ts';
import { readIdTokenHint } from '../tokens/id-token-hint.ts';
import type { Address, Cookies } from './cookies.ts';
import { echoed, PageFault } from './dialect/errors.ts';
import { type RawQuery, readQuery } from './dialect/raw-query.ts';
import { answerClient } from './dialect/response-modes.ts';
import { signOut } from './hosted-session.ts';
import type { HostedPages } from './interaction.ts';
import { allowsMethod } from './methods.ts';

const KNOWN = [
  'client_id',
  'logout_uri',
  'redirect_uri',
  'id_token_hint',
  'post_logout_redirect_uri',
  'state',
];

export function openLogout(
  pool: Pool,
  provider: Provider,
  address: Address,
  cookies: Cookies,
  pages: () => HostedPages,
) {
  async function work(ctx: Context): Promise<void> {
    const query = readQuery(ctx.querystring);
    if (query.repeated(KNOWN)) throw new PageFault('invalid_request', echoed(query.get('client_id')));
    const client = await clientOf(query);
    const { account, through } = await signOut(pool, provider, ctx, cookies);
    record(ctx, { event: 'sign-out', outcome: 'success', pool: pool.id, client: client.id, account });
    if (query.get('logout_uri')) backToApplication(ctx, client, query, 'logout_uri');
    else if (query.get('redirect_uri')) toSignIn(ctx, client, query);
    else if (query.get('post_logout_redirect_uri'))
      backToApplication(ctx, client, query, 'post_logout_redirect_uri');
    else if (query.get('id_token_hint')) redirect(ctx, `${address.base}/signedout`);
    else throw new PageFault('invalid_request', client.id);
    // The session here is gone already, should the provider never answer (FED-96).
    const there = through && (await pages().leaveThrough(ctx, through, ctx.response.get('Location')));
    if (there) redirect(ctx, there);
  }

  /**
   * Named by `client_id`, by the hint, or by both, which must then agree. A hint that is signed by a key of long ago
   * cannot be read any more; whoever names the client beside it is not turned away for that.
   */
  async function clientOf(query: RawQuery): Promise<Client> {
    const named = query.get('client_id');
    const hint = query.get('id_token_hint');
    const hinted = hint === undefined ? undefined : (await readIdTokenHint(pool, hint))?.clientId;
    const clientId = named ?? hinted;
    if (!clientId || (hinted && hinted !== clientId)) throw new PageFault('invalid_request', echoed(named));
    const client = await findClient(pool, clientId);
    if (!client) throw new PageFault('invalid_client', echoed(clientId));
    return client;
  }

  /** Cognito appends nothing to `logout_uri`; the OpenID form gives back the `state`. */
  function backToApplication(
    ctx: Context,
    client: Client,
    query: RawQuery,
    parameter: 'logout_uri' | 'post_logout_redirect_uri',
  ): void {
    const uri = query.get(parameter) ?? '';
    if (!client.settings.LogoutURLs.includes(uri)) throw new PageFault('logout_uri_mismatch', client.id);
    const state = parameter === 'post_logout_redirect_uri' ? query.raw('state') : undefined;
    if (state === undefined) redirect(ctx, uri);
    else answerClient(ctx, { redirectUri: uri, channel: 'query', state }, {});
  }

  function toSignIn(ctx: Context, client: Client, query: RawQuery): void {
    if (!client.settings.CallbackURLs.includes(query.get('redirect_uri') ?? ''))
      throw new PageFault('redirect_mismatch', client.id);
    redirect(ctx, `${address.base}/login?${query.text}${allScopes(client, query)}`);
  }

  /** Without `scope` the sign-in page gets all scopes of the client, as authorize would. */
  function allScopes(client: Client, query: RawQuery): string {
    if (query.get('scope')) return '';
    const decision = grantableScopes(pool, client).granted(undefined, 'user');
    return 'scopes' in decision ? `&${new URLSearchParams({ scope: decision.scopes.join(' ') })}` : '';
  }

  function redirect(ctx: Context, to: string): void {
    ctx.status = 302;
    ctx.set('Location', to);
    ctx.body = '';
  }

  return async function logout(ctx: Context): Promise<void> {
    if (!allowsMethod(ctx, ['GET'])) return;
    ctx.set('Cache-Control', 'no-store');
    try {
      await work(ctx);
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      await pages().showError(ctx, error);
    }
  };
}
