/**
 * How an authorize request is answered: 302 to the address exactly as registered, `state` exactly as sent (HUI-105
 * to HUI-111, 119). The library's own modes answer 303, add `iss` and write addresses anew; its implicit flow wants
 * an ID token. So every request runs as a code request in one of two modes of ours, and `token` mode exchanges the
 * code for tokens before anyone has seen it.
 */
import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Client, Pool } from '../../pool.ts';
import { beginGrant, type Grant, liveAccount } from '../../tokens/grant.ts';
import { type Issuing, issueTokens } from '../../tokens/issue-tokens.ts';
import { LIFETIMES } from '../configuration.ts';
import { fromOf } from '../hand-over.ts';
import { clientOf } from '../library-client.ts';
import { redirect } from '../redirect.ts';
import type { Target } from './authorize-request.ts';
import { carriedBy } from './carried.ts';

/** Names of our response modes; a client's own `response_mode` never reaches the library. */
export const RESPONSE_MODES = { query: 'cognito.code', fragment: 'cognito.token' } as const;

type Answering = Issuing & Pick<Pool, 'id' | 'sessions' | 'accounts'>;
type Answer = Record<string, string>;

/** Sends the browser to the client with an answer. */
export function answerClient(
  ctx: Pick<Context, 'set' | 'status' | 'body'>,
  target: Target,
  answer: Answer,
): void {
  const pairs = [
    new URLSearchParams(answer).toString(),
    target.state === undefined ? '' : `state${target.state}`,
  ];
  const added = pairs.filter(Boolean).join('&');
  const { redirectUri } = target;
  const separator = target.channel === 'fragment' ? '#' : querySeparator(redirectUri);
  redirect(ctx, redirectUri + separator + added);
}

function querySeparator(uri: string): string {
  if (!uri.includes('?')) return '?';
  return /^[^?]*\?$|&$/.test(uri) ? '' : '&';
}

/** An error as the library words it, without what is for logs. */
function errorAnswer({ error, error_description }: Record<string, unknown>): Answer {
  const answer: Answer = { error: String(error) };
  if (typeof error_description === 'string') answer['error_description'] = error_description;
  return answer;
}

/** The handler of both modes. `payload` is `code` or `error`; what else the library adds is left out. */
export async function respond(
  pool: Answering,
  ctx: KoaContextWithOIDC,
  payload: Record<string, unknown>,
): Promise<void> {
  const { target } = carriedBy(ctx.oidc.params);
  if (payload['error'] !== undefined) return answerClient(ctx, target, errorAnswer(payload));
  const { AuthorizationCode: code, Client: libraryClient } = ctx.oidc.entities;
  if (!code || !libraryClient) throw new Error('the library answered without a code');
  const client = clientOf(pool, libraryClient);
  const grant = await recordGrant(pool, client, ctx, code.grantId, target.channel === 'query');
  if (target.channel === 'query') return answerClient(ctx, target, { code: String(payload['code']) });

  await code.destroy();
  const account = await liveAccount(pool, grant);
  const tokens = account && (await issueTokens(pool, client, account, grant, code.nonce));
  if (!tokens) throw new Error('the person or the scopes of a sign-in were gone before it was answered');
  answerClient(ctx, target, {
    ...(tokens.idToken === undefined ? {} : { id_token: tokens.idToken }),
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: String(tokens.expiresIn),
  });
}

/** The code names the grant; it is recorded here, once the request is known to succeed. */
function recordGrant(
  pool: Answering,
  client: Client,
  ctx: KoaContextWithOIDC,
  id: string | undefined,
  refreshable: boolean,
): Promise<Grant> {
  const { accountId, loginTs, state, uid } = ctx.oidc.session ?? {};
  const epoch = state?.['epoch'];
  if (!id || !accountId || loginTs === undefined || typeof epoch !== 'number')
    throw new Error('a sign-in without a session cannot be granted');
  const { scopes } = carriedBy(ctx.oidc.params);
  const through = uid && { uid, since: loginTs * 1000, expiresAt: (loginTs + LIFETIMES.session) * 1000 };
  const sign = { id, accountId, scopes, epoch, authTime: loginTs, refreshable };
  return beginGrant(pool, client, { ...sign, from: fromOf(ctx), ...(through && { through }) });
}
