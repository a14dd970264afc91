import type { Context } from 'koa';
import { record } from '../audit.ts';
import type { Pool } from '../pool.ts';
import type { Handled, LibraryFault } from './hand-over.ts';

/** Notes what the library has answered; its error codes are words of RFC 6749, never what was sent. */
export function auditTokens(
  pool: Pick<Pool, 'id'>,
  ctx: Context,
  event: 'token-issue' | 'token-revocation',
  { grant, client, account }: Handled,
): void {
  const refused = ctx.status >= 400 ? (ctx.body as LibraryFault).error : undefined;
  const outcome = refused === undefined ? 'success' : ctx.status >= 500 ? 'failed' : 'refused';
  record(ctx, { event, outcome, reason: refused, pool: pool.id, client, account, grant });
}
