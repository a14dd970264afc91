/**
 * Tokens: what an account becomes when it is handed to an application, and back. A grant is one sign-in of one
 * person to one client; every token of that sign-in carries its id (`origin_jti`). The OAuth endpoints (`oidc`) and
 * the JSON API issue, refresh and verify through here, so that they cannot drift. Nothing here knows HTTP, or who
 * asks and whether they may.
 *
 * This file: the grant. Without it its refresh tokens yield nothing and its access tokens are not accepted, so
 * revoking a sign-in is removing one record, and no list of tokens is kept.
 */
import { randomUUID } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import { tokenLifetimes } from '../configuration/token-lifetimes.ts';
import type { Client, Pool } from '../pool.ts';
import { endHostedSession, hasEnded } from './sessions/hosted.ts';
import { type From, type Kept, type Through, type Tracking, trackSession } from './sessions/track.ts';

export interface Grant {
  /** A UUID: the `origin_jti` of its tokens. */
  id: string;
  accountId: string;
  clientId: string;
  /**
   * Made by the JSON API, which is asked for no scopes: its tokens have the one of self-service, and an ID token comes
   * with them, whatever the client's OAuth settings say.
   */
  api?: true;
  /** As granted at sign-in. What a token gets may be less by then: see `issue-tokens.ts`. */
  scopes: string[];
  /** The account's epoch at sign-in; when the account's has moved on, the person was signed out everywhere. */
  epoch: number;
  /** When the person proved who they are, in seconds since the epoch. Refreshing does not change it (HUI-197). */
  authTime: number;
  /** Names the sign-in in logs and in the `event_id` of its tokens. */
  eventId: string;
  /** What was granted beside scopes, in the `openid` profile. */
  beside?: GrantedBeside;
}

export interface GrantedBeside {
  /** The `claims` parameter (OpenID Connect Core 5.5). */
  claims?: Partial<Record<'id_token' | 'userinfo', Record<string, unknown>>>;
  /** Scopes by resource, each an address (RFC 8707). */
  resources?: Record<string, string>;
}

type GrantStore = Tracking;

const KIND = 'grant';
/** An access token that was issued in the refresh token's last moment lives a day more at most. */
const LONGEST_ACCESS_MS = 24 * 3_600_000;

export const newGrantId = (): string => randomUUID();

/**
 * Records a sign-in. `refreshable` says whether it may last as long as the client's refresh tokens do; `from` where it
 * is made, and `through` the hosted session that it comes through, for pools that track sessions.
 * @throws Refusal `busy` where too many of one person's sign-ins are recorded at the same moment
 */
export async function beginGrant(
  pool: GrantStore,
  client: Client,
  sign: Pick<Grant, 'accountId' | 'scopes' | 'epoch' | 'authTime' | 'api' | 'beside'> & {
    id?: string;
    refreshable: boolean;
    from?: From;
    through?: Through;
  },
): Promise<Grant> {
  const { accountId, scopes, epoch, authTime, api, beside, refreshable } = sign;
  const id = sign.id ?? newGrantId();
  const clientId = client.id;
  const grant = { id, accountId, clientId, scopes, epoch, authTime, api, beside, eventId: randomUUID() };
  const lifetime = LONGEST_ACCESS_MS + (refreshable ? tokenLifetimes(client).refresh * 1000 : 0);
  const expiresAt = pool.clock.now() + lifetime;
  await pool.sessions.put<Grant>(KIND, id, grant, expiresAt);
  // After the grant, which nobody holds a token of before this returns: none is alive and listed nowhere.
  await trackSession(pool, { ...grant, of: id, expiresAt }, keptBy(pool), sign);
  return grant;
}

export function findGrant(pool: GrantStore, id: string): Promise<Grant | undefined> {
  return pool.sessions.find<Grant>(KIND, id);
}

/** How sessions that are listed hold and end. */
export function keptBy(pool: GrantStore): Kept {
  return {
    holds: async ({ type, of }) =>
      type === 'TOKEN' ? (await findGrant(pool, of)) !== undefined : !(await hasEnded(pool, of)),
    end: ({ type, of }) => (type === 'TOKEN' ? revokeGrant(pool, of) : endHostedSession(pool, of)),
  };
}

/** Ends the sign-in for this client: nothing of it is accepted from now on. Quiet when it has ended already. */
export function revokeGrant(pool: GrantStore, id: string): Promise<void> {
  return pool.sessions.remove(KIND, id);
}

/**
 * The person of a grant or hosted session as they are now; undefined when they were deleted, disabled or signed out
 * everywhere since (ATK-19, HUI-139, HUI-203), or must choose another password: whoever made them may want to shut out
 * somebody who knows the old one.
 */
export async function liveAccount(
  pool: Pick<Pool, 'accounts'>,
  of: { accountId: string; epoch: number },
): Promise<Account | undefined> {
  const account = await pool.accounts.find(of.accountId);
  const settled = account?.enabled && account.status !== 'RESET_REQUIRED';
  return settled && account.epoch === of.epoch ? account : undefined;
}
