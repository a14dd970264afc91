/**
 * A random value that a browser keeps, given to it when it has none. A browser that opens several pages in its first
 * moment asks for all of them before it has the cookie, and is given a value with each answer. Under one name the
 * last would replace the others, and every page but one would belong to a browser that is no more; so each value
 * has a name of its own, and a browser holds whatever it was given. The floor: it knows no pool and no page.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';

export interface BrowserCookie {
  /** What the names begin with. */
  name: string;
  options: { path: string; secure: boolean; httpOnly: true; sameSite: 'lax' };
}

/** The values that the request shows, in its own order. */
export function heldValues(ctx: Context, { name }: Pick<BrowserCookie, 'name'>): string[] {
  const mine = (ctx.headers.cookie ?? '')
    .split(';')
    .filter((pair) => pair.trimStart().startsWith(`${name}-`));
  return mine.flatMap((pair) => /^\s*[^=\s]+=(\S+?)\s*$/.exec(pair)?.[1] ?? []);
}

/** A value that the browser holds, or from this answer on will hold. */
export function holdValue(ctx: Context, { name, options }: BrowserCookie): string {
  const [known] = heldValues(ctx, { name });
  if (known) return known;
  const value = randomBytes(32).toString('base64url');
  // TLS may end at a proxy; whether the address is https is known from the settings, not from the socket.
  ctx.cookies.secure = options.secure;
  ctx.cookies.set(`${name}-${randomBytes(6).toString('hex')}`, value, { ...options, signed: false });
  return value;
}
