/**
 * The applications that a hosted session signed somebody in to, told that it has ended: from server to server
 * (OpenID Connect Back-Channel Logout 1.0), or in frames of the browser (Front-Channel Logout 1.0).
 */
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Logger } from '../../log.ts';
import type { Pool } from '../../pool.ts';
import { forgetLedTo } from '../../tokens/back-channel/led-to.ts';
import {
  readApplications,
  type Told,
  tellApplications,
} from '../../tokens/back-channel/tell-applications.ts';
import { findGrant, revokeGrant } from '../../tokens/grant.ts';

/** What the library keeps of a client in a session; what is ours is from `record-grant.ts` and `keep-session.ts`. */
export interface Authorization {
  sid?: string;
  grants?: string[];
  /** It got what it asked for, once at least. */
  answered?: true;
}

/** The clients that are still there and were answered. */
export async function clientsOf(
  pool: Pool,
  log: Logger,
  authorizations: Record<string, Authorization>,
): Promise<Told[]> {
  const answered = Object.entries(authorizations).filter(([, { answered }]) => answered);
  return readApplications(
    pool,
    log,
    answered.map(([client, { sid }]) => ({ client, sid })),
  );
}

/** A session that has ended here, and what it led to. */
interface Beyond {
  account: string;
  /** The uid of the hosted session. */
  session: string;
  authorizations: Record<string, Authorization>;
  told: readonly Told[];
}

/**
 * Ends what the session gave, then tells the applications. The person is signed out by now: a store that fails is in
 * the log, and they are led on.
 */
export async function endBeyond(
  pool: Pool,
  log: Logger,
  { account, session, authorizations, told }: Beyond,
): Promise<void> {
  await revokeOnline(pool, authorizations).catch((err: unknown) =>
    log.error({ err, account }, 'what a session gave did not end with it'),
  );
  const took = await tellApplications(pool, log, { told, sub: account });
  const list = took.map(({ client, sid = '' }) => ({ client: client.id, uid: session, sid }));
  await forgetLedTo(pool, account, list).catch((err: unknown) =>
    log.error({ err, account }, 'applications that were told of the end of a session may be told once more'),
  );
}

/**
 * Ends what the session gave, but for what was asked for beyond it with `offline_access` (Back-Channel Logout 1.0,
 * section 2.7), also where nobody can be told: a client that is there no more could refresh through the API.
 */
async function revokeOnline(pool: Pool, authorizations: Record<string, Authorization>): Promise<void> {
  const grants = Object.values(authorizations).flatMap(({ grants }) => grants ?? []);
  await Promise.all(
    grants.map(async (id) => {
      const grant = await findGrant(pool, id);
      if (grant && !grant.scopes.includes('offline_access')) await revokeGrant(pool, id);
    }),
  );
}

/** The addresses that the browser opens in frames. */
export function framesFor(pool: Pick<Pool, 'tags' | 'issuer'>, told: readonly Told[]): string[] {
  return told.flatMap(({ client, sid }) => {
    const { frontchannel_logout_uri: uri, frontchannel_logout_session_required: named } = openIdSettingsOf(
      pool,
      client,
    );
    if (!uri) return [];
    if (!named || !sid) return [uri];
    const address = new URL(uri);
    address.searchParams.set('iss', pool.issuer);
    address.searchParams.set('sid', sid);
    return [address.href];
  });
}
