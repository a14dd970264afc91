/**
 * The cookies of one address of a pool (HUI-175, ATK-23): unreadable for scripts, for this host and path alone, and
 * on https sent over nothing else. A browser refuses to let a sibling host set a cookie whose name says `__Host-`.
 */
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import { heldValues, holdValue } from '../browser-cookie.ts';
import type { Pool } from '../pool.ts';

export interface Address {
  /** How browsers reach this address: scheme, host and path, without a trailing slash. */
  base: string;
  /** The path of `base`: `''` or `/acme`. */
  mountPath: string;
}

export interface Cookies {
  /** `browser` is what the names of its cookies begin with (`browser-cookie.ts`). */
  names: { session: string; interaction: string; resume: string; browser: string };
  options: { path: string; secure: boolean; httpOnly: true; sameSite: 'lax'; overwrite: true };
}

export function cookiesOf(pool: Pick<Pool, 'id'>, { base, mountPath }: Address): Cookies {
  const secure = base.startsWith('https:');
  const mine = `foyer-${pool.id.replace(/^.*_/, '').replace(/\W/g, '')}`;
  const onlyHere = !secure ? '' : mountPath === '' ? '__Host-' : '__Secure-';
  return {
    names: {
      session: `${onlyHere}${mine}-session`,
      browser: `${onlyHere}${mine}-browser`,
      // Their paths are those of single interactions, which a name with `__Host-` forbids.
      interaction: `${mine}-interaction`,
      resume: `${mine}-resume`,
    },
    options: { path: mountPath || '/', secure, httpOnly: true, sameSite: 'lax', overwrite: true },
  };
}

/** The hash of the browser's own id, which it is given when it has none: interactions are bound to it. */
export function browserOf(ctx: Context, { names, options }: Cookies): string {
  return hashOf(holdValue(ctx, { name: names.browser, options }));
}

/** Whether the request comes from the browser with this hash. */
export function isBrowser(ctx: Context, { names }: Cookies, browser: string): boolean {
  return heldValues(ctx, { name: names.browser }).some((id) => hashOf(id) === browser);
}

/** The library tells the browser the interaction's uid in a cookie as well; pages have it in their address. */
export function dropInteractionCookie(ctx: Context, { names }: Cookies): void {
  const set = [ctx.response.get('Set-Cookie')].flat();
  const kept = set.filter((cookie) => cookie && !cookie.startsWith(names.interaction));
  if (kept.length > 0) ctx.set('Set-Cookie', kept);
  else ctx.remove('Set-Cookie');
}

/** Hashes of random ids are compared, which tells a timer nothing. */
const hashOf = (id: string) => hash('sha256', id, 'base64url');
