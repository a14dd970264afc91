import type { Context } from 'koa';

/** Answers a method that a page does not serve. HEAD too: a probe must not begin, confirm or finish anything. */
export function notAllowed(ctx: Context, allow: string): void {
  ctx.status = 405;
  ctx.set('allow', allow);
  ctx.body = '';
}
