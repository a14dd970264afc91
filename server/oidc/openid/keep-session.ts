/**
 * A hosted session as the library writes it: whole, at the end of each request, from what it read at the beginning. Two
 * applications that one browser opens at the same moment would each write over what the other noted, and signing out
 * would neither tell the one nor end what it was given. So what is noted of applications is put together.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';
import { hashed, KINDS } from '../storage.ts';
import { MOST_GRANTS } from './record-grant.ts';
import type { Authorization } from './tell-clients.ts';

type Authorizations = Record<string, Authorization>;

/** A session lasts until an hour after signing in, however often it is written: the expiry of the record stays. */
export function keepSession({ sessions }: Pick<Pool, 'sessions'>, shared: Adapter): Adapter {
  return {
    ...shared,
    async upsert(id, payload, expiresIn) {
      const { jti: _, ...written } = payload;
      try {
        await sessions.update<AdapterPayload>(KINDS.Session, hashed(id), (current) => ({
          ...written,
          authorizations: together(current.authorizations, written.authorizations),
        }));
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        await shared.upsert(id, payload, expiresIn);
      }
    },
  };
}

function together(there: Authorizations = {}, added: Authorizations = {}): Authorizations {
  const merged = Object.entries(added).map(([client, authorization]): [string, Authorization] => {
    const grants = [...(there[client]?.grants ?? []), ...(authorization.grants ?? [])];
    return [client, { ...authorization, grants: [...new Set(grants)].slice(-MOST_GRANTS) }];
  });
  return { ...there, ...Object.fromEntries(merged) };
}
