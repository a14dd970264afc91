/**
 * Signing in on a device that has no browser of its own (RFC 8628): the device shows a short code, a person types it
 * elsewhere, signs in and allows it, and the device, which asks again and again meanwhile, gets its tokens. The library
 * has the protocol; here is where its codes are kept. Neighbours: `flow/device/` shows the pages, `open-device.ts` is
 * their door. Never: a code in the clear in the store, or a sign-in that nobody allowed on a page of ours.
 *
 * This file: the codes. What waits is kept under the hash of the device's own code; the short one, which could be found
 * by trying all there are, under a hash with a key.
 */
import { createHmac } from 'node:crypto';
import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import type { Pool } from '../../../pool.ts';
import { revokeGrant } from '../../../tokens/grant.ts';
import { hashed } from '../../storage.ts';
import { recordGrant } from '../record-grant.ts';

const KIND = 'device-code';
const USER_CODE = 'device-user-code';

/** Who comes too late is told so for a while, rather than that there never was such a code. */
const TOLD_EXPIRED_MS = 10 * 60 * 1000;

/** Seconds between two questions of a device, which the library does not tell it: the specification's default. */
export const POLL_SECONDS = 5;
/** Devices that keep to it are sometimes a moment early. */
const POLL_GAP_MS = (POLL_SECONDS - 1) * 1000;

interface Waiting {
  payload: AdapterPayload;
  /** When the device may ask again. */
  askAgainAt?: number;
}

/** What a page may know a waiting device by. No device code begins like this, and no device gets anything for it. */
const REFERENCE = '~';
const keyOf = (id: string) => (id.startsWith(REFERENCE) ? id.slice(REFERENCE.length) : hashed(id));

export function deviceCodes(pool: Pool, nothing: Adapter): Adapter {
  const { sessions } = pool;
  return {
    ...nothing,
    upsert: (id, payload) => (payload.userCode ? wait(pool, id, payload) : settle(pool, id, payload)),
    async find(id) {
      if (Provider.ctx?.oidc.route === 'token') return ask(pool, id);
      const found = await sessions.find<Waiting>(KIND, keyOf(id));
      return found && { ...found.payload, jti: id };
    },
    async findByUserCode(userCode) {
      const named = await sessions.find<{ key: string }>(USER_CODE, hashOf(pool, userCode));
      const found = named && (await sessions.find<Waiting>(KIND, named.key));
      return found && { ...found.payload, jti: REFERENCE + named.key, userCode };
    },
    consume: (id) => consume(pool, id),
    destroy: (id) => sessions.remove(KIND, keyOf(id)),
  };
}

async function wait(
  pool: Pool,
  id: string,
  { jti: _, userCode = '', ...payload }: AdapterPayload,
): Promise<void> {
  const key = hashed(id);
  const expiresAt = Number(payload.exp) * 1000 + TOLD_EXPIRED_MS;
  try {
    await pool.sessions.create(USER_CODE, hashOf(pool, userCode), { key }, expiresAt);
  } catch (error) {
    // Another device shows this code now. Whoever types it must find that one, and this one asks for another code.
    throw error instanceof AlreadyExists ? new errors.TemporarilyUnavailable() : error;
  }
  await pool.sessions.put<Waiting>(KIND, key, { payload }, expiresAt);
}

/** Somebody allowed or refused it. The first answer holds, whoever else typed the same code (ATK-17). */
async function settle(
  pool: Pool,
  id: string,
  { jti: _, userCode: __, ...payload }: AdapterPayload,
): Promise<void> {
  // Before the device can get a token of it.
  if (payload.accountId) await recordGrant(pool);
  try {
    await pool.sessions.update<Waiting>(KIND, keyOf(id), (current) => {
      if (current.payload.accountId || current.payload.error)
        throw new errors.InvalidRequest('somebody has answered for this device already');
      return { ...current, payload };
    });
  } catch (error) {
    if (payload.accountId && payload.grantId) await revokeGrant(pool, payload.grantId);
    throw error instanceof Missing ? new errors.ExpiredToken('the device waits no more') : error;
  }
}

/** The device asks. Another client is not told that there is such a code, and cannot slow down the one that has it. */
async function ask(pool: Pool, id: string): Promise<AdapterPayload | undefined> {
  if (id.startsWith(REFERENCE)) return undefined;
  const { clientId } = Provider.ctx?.oidc.client ?? {};
  const key = hashed(id);
  const now = pool.clock.now();
  const found = await pool.sessions.find<Waiting>(KIND, key);
  if (!found || found.payload.clientId !== clientId) return undefined;
  if (Number(found.payload.exp) * 1000 <= now) return { ...found.payload, jti: id };
  try {
    const { payload } = await pool.sessions.update<Waiting>(KIND, key, (current) => {
      if (current.askAgainAt !== undefined && now < current.askAgainAt) throw new errors.SlowDown();
      return { ...current, askAgainAt: now + POLL_GAP_MS };
    });
    return { ...payload, jti: id };
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}

/** Of any number of callers one gets tokens for the code. */
async function consume({ sessions, clock }: Pool, id: string): Promise<void> {
  try {
    await sessions.update<Waiting>(KIND, keyOf(id), (current) => {
      if (current.payload.consumed) throw new errors.InvalidGrant('device code already consumed');
      return { ...current, payload: { ...current.payload, consumed: clock.now() } };
    });
  } catch (error) {
    if (error instanceof Missing) throw new errors.InvalidGrant('device code not found');
    throw error;
  }
}

function hashOf({ id, vault }: Pick<Pool, 'id' | 'vault'>, userCode: string): string {
  return createHmac('sha256', vault.key(`user codes of devices:${id}`))
    .update(userCode)
    .digest('base64url');
}
