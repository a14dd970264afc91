/**
 * Refresh tokens: random, opaque, stored only as a hash (HUI-201), bound to the client that got them, and worth
 * nothing without their grant. With rotation on, each is good once, plus a grace period for retries (HUI-211).
 */
import { hash, randomBytes } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import { Missing } from '#adapters/errors.ts';
import { refuseUnbound } from '../configuration/openid/refuse-unbound.ts';
import { tokenLifetimes } from '../configuration/token-lifetimes.ts';
import { Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import { findGrant, type Grant, revokeGrant } from './grant.ts';
import { type From, noteActivity, type Tracking } from './sessions/track.ts';

/** What is stored under the token's hash. */
export interface RefreshToken {
  grantId: string;
  clientId: string;
  /** Milliseconds since the epoch; the tokens that it is rotated into end at the same time. */
  expiresAt: number;
  /** When it was first rotated, milliseconds since the epoch. */
  consumedAt?: number;
  /** What the OAuth endpoints of the `openid` profile keep with it: nonce, claims, resources. */
  kept?: Record<string, unknown>;
  /** The thumbprint of the key whose holder alone may use it (RFC 9449 section 5). */
  jkt?: string;
}

type Store = Tracking;

const KIND = 'refresh-token';
const PREFIX = 'rt_';
/** How long after its end a token is still told to have expired, and not to be unknown. */
const TOLD_MS = 24 * 3_600_000;

/** A new refresh token of the grant. `expiresAt` is given when it replaces an older one, which it does not outlive. */
export async function issueRefreshToken(
  pool: Store,
  client: Client,
  grant: Pick<Grant, 'id'>,
  expiresAt: number = pool.clock.now() + tokenLifetimes(client).refresh * 1000,
  kept?: Record<string, unknown>,
): Promise<string> {
  const token = PREFIX + randomBytes(48).toString('base64url');
  const record = { grantId: grant.id, clientId: client.id, expiresAt, ...(kept && { kept }) };
  await keepRefreshToken(pool, token, record);
  return token;
}

/** Records a token that was made elsewhere: random, and at least as long as ours. */
export function keepRefreshToken(pool: Store, token: string, record: RefreshToken): Promise<void> {
  return pool.sessions.put(KIND, hashed(token), record, record.expiresAt + TOLD_MS);
}

export interface Redeemed {
  grant: Grant;
  account: Account;
  /** The token to use from now on; absent unless the client rotates. */
  next?: string;
}

/**
 * What a refresh token is good for now.
 *
 * A rotated token that comes back after its grace period was copied, and nobody can tell who holds which copy: the
 * whole sign-in ends (RFC 9700 section 4.14.2). So of two callers that race without grace, both lose (ATK-13).
 * @param prove what else must hold of its owner; it throws, before anything is told of them
 * @param from where it is used, for pools that track sessions
 * @throws Refusal `refresh-token-invalid` (unknown, another client's), `refresh-token-expired`, `refresh-token-revoked`
 * (also: deleted, signed out everywhere), `refresh-token-reused`, `user-disabled`, `password-reset-required` (HUI-138,
 * HUI-139), `operation-not-enabled` (a client that must have bound tokens)
 */
export async function redeemRefreshToken(
  pool: Store & Pick<Pool, 'accounts' | 'tags'>,
  client: Client,
  token: string,
  { prove, from }: { prove?: ((owner: Account) => void) | undefined; from?: From } = {},
): Promise<Redeemed> {
  refuseUnbound(pool, client);
  const record = await pool.sessions.find<RefreshToken>(KIND, hashed(token));
  if (!record || record.clientId !== client.id) throw new Refusal('refresh-token-invalid');
  if (record.expiresAt <= pool.clock.now()) throw new Refusal('refresh-token-expired');
  const grant = await findGrant(pool, record.grantId);
  if (needsMore(record, grant)) throw new Refusal('refresh-token-invalid');
  const account = grant && (await pool.accounts.find(grant.accountId));
  // First: what has become of the person is not for an application that cannot prove itself.
  if (account) prove?.(account);
  if (account && !account.enabled) throw new Refusal('user-disabled');
  if (!grant || account?.epoch !== grant.epoch) throw new Refusal('refresh-token-revoked');
  // The same rule as `liveAccount` has for everything else that a sign-in left behind.
  if (account.status === 'RESET_REQUIRED') throw new Refusal('password-reset-required');

  if (!rotates(client) && record.consumedAt === undefined) {
    await noteActivity(pool, grant, from);
    return { grant, account };
  }
  if (!(await consumeRefreshToken(pool, client, token))) {
    await revokeGrant(pool, grant.id);
    throw new Refusal('refresh-token-reused');
  }
  await noteActivity(pool, grant, from);
  return {
    grant,
    account,
    next: await issueRefreshToken(pool, client, grant, record.expiresAt, record.kept),
  };
}

/**
 * What is asked here cannot prove that it holds a key (RFC 9449), nor name a resource (RFC 8707): it would get tokens
 * that are good for more, in more hands, than the ones that the sign-in was for.
 */
function needsMore({ jkt }: RefreshToken, grant: Grant | undefined): boolean {
  return Boolean(jkt || grant?.beside?.resources);
}

/** Whether each refresh token of the client is good once. */
export function rotates({ settings }: Pick<Client, 'settings'>): boolean {
  return settings.RefreshTokenRotation?.Feature === 'ENABLED';
}

/** For how long a rotated token is good once more, in milliseconds. */
export function graceMsOf(client: Pick<Client, 'settings'>): number {
  return rotates(client) ? (client.settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0) * 1000 : 0;
}

/**
 * Marks the token as rotated; false when it was before, and its grace period is over. One atomic step, so that of any
 * number of callers exactly one is the first.
 */
export async function consumeRefreshToken(
  pool: Store,
  client: Pick<Client, 'settings'>,
  token: string,
): Promise<boolean> {
  const graceMs = graceMsOf(client);
  const now = pool.clock.now();
  let good = false;
  try {
    await pool.sessions.update<RefreshToken>(KIND, hashed(token), (current) => {
      const consumedAt = current.consumedAt ?? now;
      // Without a grace period no clock is asked: whoever was first may have come a moment later than we did.
      good = current.consumedAt === undefined || (graceMs > 0 && now < consumedAt + graceMs);
      return { ...current, consumedAt };
    });
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return false;
  }
  return good;
}

/** Quiet about tokens that never were: whoever asks learns nothing. */
export async function findRefreshToken(pool: Store, token: string): Promise<RefreshToken | undefined> {
  const record = await pool.sessions.find<RefreshToken>(KIND, hashed(token));
  return record && record.expiresAt > pool.clock.now() ? record : undefined;
}

/** A thief of the database finds nothing to redeem. */
const hashed = (token: string) => hash('sha256', token, 'base64url');
