/** Which methods an endpoint answers, and for whom: browsers' own pages, or scripts of any origin. */
import type { Context } from 'koa';

/**
 * Whether the request's method is one of these. If not it has been answered with 405: HEAD too, which would start a
 * sign-in that nobody sees (HUI-90, 121, 188).
 */
export function allowsMethod(ctx: Context, methods: readonly string[]): boolean {
  if (methods.includes(ctx.method)) return true;
  ctx.status = 405;
  ctx.set('Allow', methods.join(', '));
  ctx.set('Cache-Control', 'no-store');
  ctx.body = '';
  return false;
}

/** A day, after which a browser asks again whether it may call. */
const PREFLIGHT_SECONDS = 86_400;

/**
 * As `allowsMethod`, for an endpoint that scripts of any origin may call: what it answers is protected by what the
 * caller must know, never by cookies (HUI-157). Preflights are answered here.
 */
export function allowsScript(ctx: Context, methods: readonly string[]): boolean {
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate');
  if (ctx.method !== 'OPTIONS') return allowsMethod(ctx, [...methods, 'OPTIONS']);
  ctx.set('Access-Control-Allow-Methods', methods.join(', '));
  // Client libraries add headers of their own (Amplify: X-Amz-User-Agent). The wildcard does not cover Authorization.
  ctx.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Amz-User-Agent, *');
  ctx.set('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
  ctx.status = 204;
  return false;
}
