/**
 * `/oauth2/userInfo`: an access token -> what its scopes tell of the person (HUI-148..157). A route of our own: the
 * library's takes no JWTs. Errors are in `WWW-Authenticate` and again in the body.
 */
import type { Context } from 'koa';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { userInfoClaims } from '../tokens/claims.ts';
import { type Verifying, verifyAccessToken } from '../tokens/verify-access-token.ts';
import { allowsScript } from './methods.ts';

const BAD_REQUEST = 'Bad OAuth2 request at UserInfo Endpoint';
const BAD_TOKEN = 'Access token is expired, disabled, or deleted, or the user has globally signed out.';
const NO_OPENID = 'Access token does not contain openid scope';

export function openUserInfo(pool: Verifying & Pick<Pool, 'settings'>) {
  return async function userInfo(ctx: Context): Promise<void> {
    if (!allowsScript(ctx, ['GET', 'POST'])) return;
    ctx.set('Cache-Control', 'no-store');
    // Only in the header: a token in the address would end up in logs and histories.
    const token = /^Bearer +(\S+)$/i.exec(ctx.get('Authorization'))?.[1];
    if (!token) return refuse(ctx, 400, 'invalid_request', BAD_REQUEST);
    const verified = await verifyAccessToken(pool, token).catch(unlessRefused);
    if (!verified) return refuse(ctx, 401, 'invalid_token', BAD_TOKEN);
    const { client, account, scopes } = verified;
    if (!scopes.includes('openid')) return refuse(ctx, 401, 'invalid_token', NO_OPENID);
    answer(ctx, 200, userInfoClaims(pool, client, account, scopes));
  };
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}

function refuse(ctx: Context, status: number, error: string, description: string): void {
  ctx.set('WWW-Authenticate', `Bearer error="${error}", error_description="${description}"`);
  answer(ctx, status, { error, error_description: description });
}

function answer(ctx: Context, status: number, body: object): void {
  ctx.status = status;
  ctx.set('Content-Type', 'application/json;charset=UTF-8');
  ctx.body = JSON.stringify(body);
}
