/**
 * The library's requests to addresses of clients (`jwks_uri`) go the one way out that the
 * product has: https and public addresses unless the operator allows more, limited in size and time, no redirects.
 */
import type { Configuration } from 'oidc-provider';
import type { Pool } from '../../pool.ts';

export function outgoingFetch(pool: Pick<Pool, 'federation'>): NonNullable<Configuration['fetch']> {
  return async (url, { method, headers, body, signal } = {}) => {
    const outgoing = pool.federation?.outgoing;
    if (!outgoing) throw new Error('nothing may leave this process');
    return outgoing.fetch(String(url), {
      headers: Object.fromEntries(new Headers(headers)),
      ...(method && { method }),
      // A form, which the library gives as its fields.
      ...(body && { body: String(body) }),
      ...(signal && { signal }),
    });
  };
}
