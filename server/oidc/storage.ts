/**
 * The library's storage over ours: hosted sessions, interactions and codes in the sessions store, clients from the
 * directory. Ids that are secrets are stored as hashes, so a thief of the database holds no session and no code.
 * Tokens are issued by `tokens/`; of them the library sees refresh tokens and grants, to revoke them.
 */
import { hash } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import { findClient } from '../configuration/find-client.ts';
import type { Client, Pool } from '../pool.ts';
import { liveAccount, revokeGrant } from '../tokens/grant.ts';
import { findRefreshToken } from '../tokens/refresh-token.ts';
import { hasEnded } from '../tokens/sessions/hosted.ts';
import { handedClient, isSessionRead, notePerson, noteSession } from './hand-over.ts';
import { metadataOf, rememberMetadata } from './library-client.ts';

type Storing = Pick<Pool, 'id' | 'sessions' | 'directory' | 'accounts' | 'vault' | 'clock'>;

export const KINDS = { Session: 'session', Interaction: 'interaction', AuthorizationCode: 'code' } as const;

export const hashed = (id: string) => hash('sha256', id, 'base64url');

export function openStorage(pool: Storing): (model: string) => Adapter {
  const metadata = rememberMetadata(metadataOf);
  return (model) => {
    switch (model) {
      case 'Session':
        return { ...records(pool, KINDS.Session), find: (id) => findSession(pool, id) };
      case 'Interaction':
        return records(pool, KINDS.Interaction);
      case 'AuthorizationCode':
        return { ...records(pool, KINDS.AuthorizationCode), consume: (id) => consumeCode(pool, id) };
      case 'Client':
        return { ...nothing, find: (id) => findMetadata(pool, id, metadata) };
      case 'RefreshToken':
        return { ...nothing, find: (token) => refreshToken(pool, token) };
      case 'Grant':
        return { ...nothing, destroy: (id) => revokeGrant(pool, id) };
      default:
        return nothing;
    }
  };
}

const unused = async (): Promise<never> => {
  throw new Error('the library stores something that Foyer keeps elsewhere');
};

/** Models that are never stored here: the library looks for them when it is handed a token, and finds none. */
const nothing: Adapter = {
  upsert: unused,
  find: async () => undefined,
  findByUserCode: unused,
  findByUid: unused,
  consume: unused,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};

export function records({ sessions, clock }: Storing, kind: string): Adapter {
  return {
    ...nothing,
    async upsert(id, { jti: _, ...payload }, expiresIn) {
      if (expiresIn === undefined) throw new Error(`a ${kind} must expire`);
      // The interaction remembers the session's id; its uid is enough to know it again.
      if (payload.session?.cookie) payload.session = { ...payload.session, cookie: undefined };
      await sessions.put(kind, hashed(id), payload, clock.now() + expiresIn * 1000);
    },
    async find(id) {
      const payload = await sessions.find<AdapterPayload>(kind, hashed(id));
      return payload && { ...payload, jti: id };
    },
    destroy: (id) => sessions.remove(kind, hashed(id)),
  };
}

/**
 * The same where no application is told that somebody signed out, as in Cognito's protocol. The library writes a session
 * at each request, to note which application it let somebody into. Nobody asks for that here, so the note is left out,
 * and a session that is what it was is not written again.
 */
export function openQuietStorage(pool: Storing): (model: string) => Adapter {
  const storage = openStorage(pool);
  const sessions = storage('Session');
  const quiet: Adapter = {
    ...sessions,
    async find(id) {
      const found = await sessions.find(id);
      if (found) noteSession(found);
      return found;
    },
    async upsert(id, { authorizations: _, ...payload }, expiresIn) {
      if (!isSessionRead(payload)) await sessions.upsert(id, payload, expiresIn);
    },
  };
  return (model) => (model === 'Session' ? quiet : storage(model));
}

/**
 * A session whose person was disabled, deleted or signed out everywhere is no session, and neither is one that was
 * signed out while another request of the same browser was about to write it again (ATK-21).
 */
async function findSession(pool: Storing, id: string): Promise<AdapterPayload | undefined> {
  const payload = await pool.sessions.find<AdapterPayload>(KINDS.Session, hashed(id));
  if (!payload?.uid) return undefined;
  const { accountId, state } = payload;
  if (await hasEnded(pool, payload.uid)) return undefined;
  if (accountId) {
    const account = await liveAccount(pool, { accountId, epoch: Number(state?.['epoch']) });
    if (!account) return undefined;
    notePerson(account);
  }
  return { ...payload, jti: id };
}

/** Of any number of callers one consumes the code; to the others it is consumed already (ATK-12). */
async function consumeCode({ sessions, clock }: Storing, id: string): Promise<void> {
  try {
    await sessions.update<AdapterPayload>(KINDS.AuthorizationCode, hashed(id), (current) => {
      if (current.consumed) throw new errors.InvalidGrant('authorization code already consumed');
      return { ...current, consumed: clock.now() };
    });
  } catch (error) {
    if (error instanceof Missing) throw new errors.InvalidGrant('authorization code not found');
    throw error;
  }
}

/** A client in the library's words; undefined when there is none. */
export async function findMetadata(
  pool: Storing,
  id: string,
  metadata: (client: Client) => AdapterPayload,
): Promise<AdapterPayload | undefined> {
  const client = handedClient(id) ?? (await findClient(pool, id));
  return client && metadata(client);
}

async function refreshToken(pool: Storing, token: string): Promise<AdapterPayload | undefined> {
  const found = await findRefreshToken(pool, token);
  if (!found) return undefined;
  const { grantId, clientId, expiresAt } = found;
  return { kind: 'RefreshToken', jti: token, grantId, clientId, exp: Math.floor(expiresAt / 1000) };
}
