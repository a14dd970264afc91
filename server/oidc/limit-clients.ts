/** Requests that do not prove their client are counted by client address; past the limit an address gets nothing here for a while. */
import type { Context } from 'koa';
import { countFailure, type Limiting, refuseAfterFailures } from '../accounts/limits/take-turn.ts';
import { addressOf } from '../audit.ts';
import { Refusal } from '../errors.ts';
import { allowsScript } from './methods.ts';

type Handler = (ctx: Context) => Promise<void>;

/**
 * Puts the limit around endpoints where clients authenticate. Only failures are counted, since a server asks for tokens
 * all day: what is under way at the moment of the last failure still ends, which no guesser gains by.
 */
export function limitClients<H extends Record<string, Handler>>(pool: Limiting, handlers: H): H {
  const limited =
    (handler: Handler): Handler =>
    async (ctx) => {
      if (ctx.method !== 'POST') return handler(ctx);
      const address = addressOf(ctx);
      try {
        await refuseAfterFailures(pool, 'client-failures', address);
        await handler(ctx);
        if ((ctx.body as { error?: unknown } | undefined)?.error === 'invalid_client')
          await countFailure(pool, 'client-failures', address);
      } catch (error) {
        if (!(error instanceof Refusal && error.reason === 'too-many-requests')) throw error;
        answerTooMany(ctx, error.details['retryAfter'] ?? '1');
      }
    };
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, limited(handler)]),
  ) as unknown as H;
}

/** RFC 6749 has no error for this at the token endpoint; its `temporarily_unavailable` says it best (RFC 6585 section 4). */
function answerTooMany(ctx: Context, retryAfter: string): void {
  // A script must be able to read the answer.
  allowsScript(ctx, ['POST']);
  ctx.status = 429;
  ctx.set('Retry-After', retryAfter);
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Type', 'application/json; charset=UTF-8');
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: 'Too many requests from this address failed to prove their client.',
  };
}
