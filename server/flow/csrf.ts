/**
 * Proof that a form was sent from a page that we showed to this very browser (HUI-164, ATK-22): a random cookie,
 * and in the form its HMAC, which nobody can make who does not hold the key. Another site can neither read the
 * cookie nor send it with its own post.
 */
import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import type { Pool } from '../pool.ts';
import type { FlowAddress } from './links.ts';

export const CSRF_COOKIE = 'XSRF-TOKEN';
export const CSRF_FIELD = '_csrf';

export interface Csrf {
  /** The value for the form; gives the browser its cookie when it has none. */
  token(ctx: Context): string;
  /** Whether the value that came with a form belongs to the cookie that came with it. */
  holds(ctx: Context, sent: string | undefined): boolean;
}

export function openCsrf(pool: Pick<Pool, 'id' | 'vault'>, address: FlowAddress): Csrf {
  // As a key object: from bytes a new one would be made for each HMAC, which takes ten times as long.
  const key = createSecretKey(pool.vault.derive(`form:${pool.id}`));
  const secure = address.base.startsWith('https:');
  const proof = (cookie: string) => createHmac('sha256', key).update(cookie).digest();
  return {
    token(ctx) {
      let cookie = ctx.cookies.get(CSRF_COOKIE, { signed: false });
      if (!cookie) {
        cookie = randomBytes(32).toString('base64url');
        // Behind a proxy the connection itself is plain; the configured address says how the browser came.
        ctx.cookies.secure = secure;
        ctx.cookies.set(CSRF_COOKIE, cookie, {
          httpOnly: true,
          sameSite: 'lax',
          secure,
          path: address.mountPath || '/',
          signed: false,
        });
      }
      return proof(cookie).toString('base64url');
    },

    holds(ctx, sent) {
      const cookie = ctx.cookies.get(CSRF_COOKIE, { signed: false });
      if (!cookie || !sent) return false;
      const given = Buffer.from(sent, 'base64url');
      const expected = proof(cookie);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
