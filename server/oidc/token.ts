/** `/oauth2/token` and `/oauth2/revoke`: form, client and grant are the library's; the words are Cognito's. */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Pool } from '../pool.ts';
import { auditTokens } from './audit-tokens.ts';
import { LIBRARY_PATHS } from './configuration.ts';
import type { Address } from './cookies.ts';
import { mendTokenError } from './dialect/token-answer.ts';
import { handOver, type LibraryFault } from './hand-over.ts';
import { allowsScript } from './methods.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';

export function openToken(pool: Pick<Pool, 'id'>, provider: Provider, address: Address) {
  const onFault = (ctx: Context, fault: LibraryFault) => {
    ctx.body = fault;
  };

  return {
    async token(ctx: Context): Promise<void> {
      if (!allowsScript(ctx, ['POST'])) return;
      const handled = await handOver(provider, address, ctx, { path: LIBRARY_PATHS.token, onFault });
      auditTokens(pool, ctx, 'token-issue', handled);
      if (ctx.status >= 400) mendTokenError(ctx, ctx.body as Record<string, unknown>);
      ctx.set('Content-Type', JSON_TYPE);
      ctx.set('Cache-Control', 'no-store');
      ctx.set('Pragma', 'no-cache');
    },

    /** RFC 7009, for refresh tokens: with it goes the whole sign-in, access tokens included (HUI-208..210). */
    async revoke(ctx: Context): Promise<void> {
      if (!allowsScript(ctx, ['POST'])) return;
      const handled = await handOver(provider, address, ctx, { path: LIBRARY_PATHS.revocation, onFault });
      auditTokens(pool, ctx, 'token-revocation', handled);
      ctx.set('Cache-Control', 'no-store');
      if (ctx.status < 400) return;
      const { error } = ctx.body as LibraryFault;
      ctx.body = { error };
      ctx.set('Content-Type', JSON_TYPE);
    },
  };
}
