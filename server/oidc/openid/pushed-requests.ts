/** Pushed authorization requests as they are stored (RFC 9126): each answers one authorize request. */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';
import { LIFETIMES } from '../configuration.ts';
import { hashed, records } from '../storage.ts';

const KIND = 'pushed-request';

export function pushedRequests(pool: Pool): Adapter {
  const stored = records(pool, KIND);
  return {
    ...stored,
    /**
     * Kept for as long as somebody may be on the sign-in page, though it begins nothing new by then: of two sign-ins that
     * one request began, the second could not be told otherwise.
     */
    upsert: (id, payload, expiresIn = 0) => stored.upsert(id, payload, expiresIn + LIFETIMES.interaction),
    consume: (id) => consume(pool, id),
  };
}

/** Of any number of callers one is answered (ATK-09). Throws InvalidRequestUri. */
async function consume({ sessions, clock }: Pool, id: string): Promise<void> {
  try {
    await sessions.update<AdapterPayload>(KIND, hashed(id), (current) => {
      if (current.consumed) throw new errors.InvalidRequestUri('request_uri was used already');
      return { ...current, consumed: clock.now() };
    });
  } catch (error) {
    if (error instanceof Missing) throw new errors.InvalidRequestUri('request_uri is invalid or has expired');
    throw error;
  }
}
