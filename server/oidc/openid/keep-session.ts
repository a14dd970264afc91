/**
 * A hosted session as the library writes it: whole, at the end of each request, from what it read at the beginning. Two
 * applications that one browser opens at the same moment would each write over what the other noted, and signing out
 * would neither tell the one nor end what it was given. So what is noted of applications is put together.
 */
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import { noteLedTo } from '../../tokens/back-channel/led-to.ts';
import { isAnswered } from '../hand-over.ts';
import { clientOf } from '../library-client.ts';
import { hashed, KINDS } from '../storage.ts';
import { MOST_GRANTS } from './record-grant.ts';
import type { Authorization } from './tell-clients.ts';

type Authorizations = Record<string, Authorization>;
type Keeping = Pick<Pool, 'id' | 'sessions' | 'clock' | 'tags'>;

/** A session lasts until an hour after signing in, however often it is written: the expiry of the record stays. */
export function keepSession(pool: Keeping, shared: Adapter): Adapter {
  return {
    ...shared,
    async upsert(id, payload, expiresIn) {
      await noteAnswered(pool, payload);
      const { jti: _, ...written } = payload;
      try {
        await pool.sessions.update<AdapterPayload>(KINDS.Session, hashed(id), (current) => ({
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

/**
 * The library notes each application that asked. Those that got something are the ones to be told: what another is told
 * when the person signs out would be the first that it learns of them.
 */
async function noteAnswered(
  pool: Keeping,
  { uid, accountId, authorizations }: AdapterPayload,
): Promise<void> {
  const ctx = Provider.ctx;
  if (!ctx?.oidc.client || !isAnswered(ctx) || !uid || !accountId) return;
  const client = clientOf(pool, ctx.oidc.client);
  const authorization: Authorization | undefined = authorizations?.[client.id];
  if (!authorization?.sid) return;
  authorization.answered = true;
  if (!openIdSettingsOf(pool, client).backchannel_logout_uri) return;
  await noteLedTo(pool, accountId, { client: client.id, uid, sid: authorization.sid });
}

function together(there: Authorizations = {}, added: Authorizations = {}): Authorizations {
  const merged = Object.entries(added).map(([client, authorization]): [string, Authorization] => {
    const grants = [...(there[client]?.grants ?? []), ...(authorization.grants ?? [])];
    return [client, { ...there[client], ...authorization, grants: [...new Set(grants)].slice(-MOST_GRANTS) }];
  });
  return { ...there, ...Object.fromEntries(merged) };
}
