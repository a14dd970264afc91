/**
 * Where Cognito and the library differ, and the only place that asks a pool how it wants to differ:
 * `authorize-request.ts` and `token-request.ts` before the library, `response-modes.ts` and `token-answer.ts` after.
 * Neighbours: `authorize.ts` and `token.ts`, which call them in order. Nothing here knows people or pages.
 *
 * This file: what may be wrong with an authorize request. The first kind is never told to the redirect URI, since
 * that is what could not be trusted; the second is.
 */
export class PageFault extends Error {
  override name = 'PageFault';
  /** Such as `redirect_mismatch`; the address of the error page carries it. */
  readonly error: string;
  readonly clientId?: string;

  constructor(error: string, clientId?: string) {
    super(error);
    this.error = error;
    this.clientId = clientId;
  }
}

export class ClientFault extends Error {
  override name = 'ClientFault';
  /** An error code of RFC 6749 section 4.1.2.1 or OpenID Connect Core section 3.1.2.6. */
  readonly error: string;
  readonly description: string;

  constructor(error: string, description: string) {
    super(`${error}: ${description}`);
    this.error = error;
    this.description = description;
  }
}

/** The error page's address, with what went wrong. */
export function errorPage(address: { base: string }, { error, clientId }: PageFault): string {
  const query = new URLSearchParams({ error });
  if (clientId) query.set('client_id', clientId);
  return `${address.base}/error?${query}`;
}

/** How long a part of an address may be that we echo in another. */
const LONGEST_ECHO = 128;

/** A client id as it may stand in the error page's address. */
export const echoed = (clientId: string | undefined) => clientId?.slice(0, LONGEST_ECHO);
