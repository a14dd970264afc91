/** The code of a device as somebody typed it, and as the addresses of pages carry it after that. */
import type { Context } from 'koa';
import type { Pool } from '../../../pool.ts';
import { Unsealable } from '../../../vault.ts';
import { type Cookies, isBrowser } from '../../cookies.ts';

const SEALED = 'user-code-of-a-device';

type Sealing = Pick<Pool, 'id' | 'vault'>;

/** In any case and spacing, with the dash or without. */
export const codeOf = (typed: string) => typed.toUpperCase().replace(/[^A-Z]/g, '');

/** As devices show it. */
export const shown = (userCode: string) => `${userCode.slice(0, 4)}-${userCode.slice(4)}`;

/**
 * What addresses carry: the code itself would be in logs, and in the history of browsers.
 * @param browser hash of the browser in which it was typed
 */
export function carryCode({ id, vault }: Sealing, userCode: string, browser: string): string {
  return vault.seal(SEALED, id, `${userCode} ${browser}`);
}

/**
 * The code again, in the browser in which it was typed and in no other: somebody who began on a device of their own could
 * send the address, and a link must not be enough (RFC 8628 section 5.4). Undefined elsewhere.
 */
export function carriedCode(
  { pool, cookies }: { pool: Sealing; cookies: Cookies },
  ctx: Context,
  carried: string,
): string | undefined {
  try {
    const [userCode, browser = ''] = pool.vault.open(SEALED, pool.id, carried).split(' ');
    return isBrowser(ctx, cookies, browser) ? userCode : undefined;
  } catch (error) {
    if (error instanceof Unsealable) return undefined;
    throw error;
  }
}
