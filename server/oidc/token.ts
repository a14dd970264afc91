/** `/oauth2/token` and `/oauth2/revoke`: form, client and grant are the library's; the words are Cognito's. */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { record } from '../audit.ts';
import type { Pool } from '../pool.ts';
import { LIBRARY_PATHS } from './configuration.ts';
import type { Address } from './cookies.ts';
import { mendTokenError } from './dialect/token-answer.ts';
import { type Handled, handOver, type LibraryFault } from './hand-over.ts';
import { allowsScript } from './methods.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';

export function openToken(pool: Pick<Pool, 'id'>, provider: Provider, address: Address) {
  const onFault = (ctx: Context, fault: LibraryFault) => {
    ctx.body = fault;
  };

  /** The library has answered; its error codes are words of RFC 6749, never what was sent. */
  const audit = (
    ctx: Context,
    event: 'token-issue' | 'token-revocation',
    { grant, client, account }: Handled,
  ) => {
    const refused = ctx.status >= 400 ? (ctx.body as LibraryFault).error : undefined;
    const outcome = refused === undefined ? 'success' : ctx.status >= 500 ? 'failed' : 'refused';
    record(ctx, { event, outcome, reason: refused, pool: pool.id, client, account, grant });
  };

  return {
    async token(ctx: Context): Promise<void> {
      if (!allowsScript(ctx, ['POST'])) return;
      const handled = await handOver(provider, address, ctx, { path: LIBRARY_PATHS.token, onFault });
      audit(ctx, 'token-issue', handled);
      if (ctx.status >= 400) mendTokenError(ctx, ctx.body as Record<string, unknown>);
      ctx.set('Content-Type', JSON_TYPE);
      ctx.set('Cache-Control', 'no-store');
      ctx.set('Pragma', 'no-cache');
    },

    /** RFC 7009, for refresh tokens: with it goes the whole sign-in, access tokens included (HUI-208..210). */
    async revoke(ctx: Context): Promise<void> {
      if (!allowsScript(ctx, ['POST'])) return;
      const handled = await handOver(provider, address, ctx, { path: LIBRARY_PATHS.revocation, onFault });
      audit(ctx, 'token-revocation', handled);
      ctx.set('Cache-Control', 'no-store');
      if (ctx.status < 400) return;
      const { error } = ctx.body as LibraryFault;
      ctx.body = { error };
      ctx.set('Content-Type', JSON_TYPE);
    },
  };
}
