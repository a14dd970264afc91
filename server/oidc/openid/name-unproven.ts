/**
 * Requests in which a client does not prove itself, in the word that the specifications have for it: `invalid_client`
 * (RFC 6749 section 5.2, RFC 7521 section 4.2.1). Where the library finds no proof, or one that it cannot read, it says
 * `invalid_request`, which is for whoever proves themselves in two ways at once or repeats a parameter.
 */
import type { Context } from 'koa';
import type { Pool } from '../../pool.ts';
import type { LibraryFault } from '../hand-over.ts';

/** As the library tells them. */
const NOTHING_PROVEN: readonly RegExp[] = [
  /^no client authentication mechanism provided$/,
  /^invalid authorization header value format$/,
  /^client_id and client_secret in the authorization header are not properly encoded$/,
  /^client_secret must be provided in the Authorization header$/,
  /^invalid client_assertion format$/,
  /^client_assertion_type must have value /,
];

/** Changes the answer of an endpoint where clients prove themselves. */
export function nameUnproven({ issuer }: Pick<Pool, 'issuer'>, ctx: Context): void {
  const { error, error_description: why = '' } = (ctx.body ?? {}) as Partial<LibraryFault>;
  if (error !== 'invalid_request' || !NOTHING_PROVEN.some((pattern) => pattern.test(why))) return;
  ctx.status = 401;
  ctx.body = { error: 'invalid_client', error_description: why } satisfies LibraryFault;
  // As the library does it for a secret that is wrong.
  if (ctx.get('Authorization'))
    ctx.set(
      'WWW-Authenticate',
      `Basic realm="${issuer}", error="invalid_client", error_description="${why}"`,
    );
}
