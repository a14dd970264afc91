/**
 * An authorize request by POST (OpenID Connect Core 3.1.2.1) -> the same as a query. A form of another site comes
 * without the cookies of this one; sent on by GET, the browser brings them.
 */
import type { Context } from 'koa';
import readBody from 'raw-body';
import { PageFault } from '../dialect/errors.ts';

/** As long as a signed request object may reasonably be. */
const MOST_BYTES = 64 * 1024;

/**
 * Written anew, since it goes into an address: a body may hold what no header can, such as a line break, and a `#` that
 * would end the query. Throws PageFault: nothing of the request is known yet, so nobody can be answered.
 */
export async function postedQuery(ctx: Context): Promise<string> {
  return new URLSearchParams(await formText(ctx)).toString();
}

async function formText(ctx: Context): Promise<string> {
  if (!ctx.is('application/x-www-form-urlencoded')) throw new PageFault('invalid_request');
  try {
    return await readBody(ctx.req, { length: ctx.request.length, limit: MOST_BYTES, encoding: 'utf8' });
  } catch {
    throw new PageFault('invalid_request');
  }
}
