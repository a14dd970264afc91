/**
 * Proof that a form was sent from a page that we showed to this very browser (HUI-164, ATK-22): a random cookie,
 * and in the form its HMAC, which nobody can make who does not hold the key. Another site can neither read the
 * cookie nor send it with its own post.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { type BrowserCookie, heldValues, holdValue } from '../browser-cookie.ts';
import type { Pool } from '../pool.ts';
import type { FlowAddress } from './links.ts';

const CSRF_COOKIE = 'XSRF-TOKEN';
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
  const proof = (value: string) => createHmac('sha256', key).update(value).digest();
  const cookie: BrowserCookie = {
    name: CSRF_COOKIE,
    options: { path: address.mountPath || '/', secure, httpOnly: true, sameSite: 'lax' },
  };
  return {
    token: (ctx) => proof(holdValue(ctx, cookie)).toString('base64url'),

    holds(ctx, sent) {
      if (!sent) return false;
      const given = Buffer.from(sent, 'base64url');
      return heldValues(ctx, cookie).some((value) => {
        const expected = proof(value);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
    },
  };
}
