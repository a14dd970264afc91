/**
 * What an authorize request carries through the library, from the check to the answer, with an interaction between
 * them perhaps. One parameter of ours holds it. The query that the library sees is written by us, so no client can
 * give this parameter a value.
 */
import type { Target } from './authorize-request.ts';

export const CARRIED = 'foyer';

export interface Carried {
  /** The query as it was sent, without `?` and `interaction`. */
  query: string;
  /** What was asked for, where the query only names it (a pushed request). */
  asked?: string;
  target: Target;
  /** Granted by our rules; the library itself is only ever asked for `openid`. */
  scopes: string[];
  /** The sign-in page is shown although a session lives: the request was made to `/login`, or asks for it. */
  page: boolean;
  /** The `sub` of a valid `id_token_hint`: nobody else may be signed in silently. */
  sub?: string;
  /** Hash of the cookie of the browser that made the request. */
  browser: string;
}

/** From the parameters of a request as the library holds them. */
export function carriedBy(params: unknown): Carried {
  const text = (params as Record<string, unknown> | undefined)?.[CARRIED];
  if (typeof text !== 'string') throw new Error('an authorize request went around its checks');
  return JSON.parse(text) as Carried;
}
