/**
 * Signs and verifies the library's cookies (HUI-175), in the place of the Keygrip that Koa would make of a key. That
 * one makes a key object for each HMAC, three of them to verify: most of what a cookie costs.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** What the `cookies` library asks of a Keygrip. */
export interface CookieSigner {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** Which of the keys has signed it: 0, or -1 for none. */
  index(data: string, signature: string): number;
}

/** Cookies that browsers have shown: the answer sets the same again, and the next request brings it again. */
const MOST_REMEMBERED = 100;

export function cookieSigner(key: Buffer): CookieSigner {
  const secret = createSecretKey(key);
  /** Good signatures, by what they sign; what somebody made up takes nobody's place. The oldest is forgotten first. */
  const shown = new Map<string, string>();
  const sign = (data: string) =>
    shown.get(data) ?? createHmac('sha256', secret).update(data).digest('base64url');
  const verify = (data: string, signature: string) => {
    const [expected, given] = [Buffer.from(sign(data)), Buffer.from(signature)];
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return false;
    shown.delete(data);
    const [oldest] = shown.size >= MOST_REMEMBERED ? shown.keys() : [];
    if (oldest !== undefined) shown.delete(oldest);
    shown.set(data, signature);
    return true;
  };
  return { sign, verify, index: (data, signature) => (verify(data, signature) ? 0 : -1) };
}
