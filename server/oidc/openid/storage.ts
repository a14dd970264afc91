/**
 * What the library keeps for a pool of the `openid` profile, over the same records that the JSON API reads: a refresh
 * token or a sign-in of one is good at the other. Single use is the store's, never a reading and then a writing.
 */
import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { findClient } from '../../configuration/find-client.ts';
import type { Client, Pool } from '../../pool.ts';
import { revokeGrant } from '../../tokens/grant.ts';
import {
  consumeRefreshToken,
  findRefreshToken,
  graceMsOf,
  keepRefreshToken,
} from '../../tokens/refresh-token.ts';
import { browserBehind } from '../hand-over.ts';
import { clientOf, rememberMetadata } from '../library-client.ts';
import { findMetadata, hashed, KINDS, openStorage } from '../storage.ts';
import { withPublishedKeys } from './client-keys.ts';
import { clientMetadata } from './client-metadata.ts';
import { deviceCodes } from './device/device-codes.ts';
import { keepSession } from './keep-session.ts';
import { knownGrant } from './known-grant.ts';
import { holdFor, pushedRequests } from './pushed-requests.ts';
import { recordGrant } from './record-grant.ts';

export function openOpenIdStorage(pool: Pool): (model: string) => Adapter {
  const shared = openStorage(pool);
  const metadata = rememberMetadata((client) => clientMetadata(pool, client));
  return (model) => {
    const ours = shared(model);
    switch (model) {
      case 'Client':
        return { ...ours, find: (id) => findWithKeys(pool, id, metadata) };
      case 'AuthorizationCode':
        return codes(pool, ours);
      case 'Grant':
        return { ...ours, find: (id) => grantPayload(pool, id) };
      case 'RefreshToken':
        return refreshTokens(pool, ours);
      case 'Session':
        return keepSession(pool, ours);
      case 'Interaction':
        return interactions(pool, ours);
      case 'DeviceCode':
        return deviceCodes(pool, ours);
      case 'PushedAuthorizationRequest':
        return pushedRequests(pool);
      default:
        return ours;
    }
  };
}

async function findWithKeys(
  pool: Pool,
  id: string,
  metadata: (client: Client) => AdapterPayload,
): Promise<AdapterPayload | undefined> {
  const found = await findMetadata(pool, id, metadata);
  return found && withPublishedKeys(pool, found);
}

function interactions(pool: Pool, shared: Adapter): Adapter {
  return {
    ...shared,
    async upsert(id, payload, expiresIn) {
      const ctx = Provider.ctx;
      if (ctx && typeof payload['parJti'] === 'string')
        await holdFor(pool, payload['parJti'], browserBehind(ctx));
      await shared.upsert(id, payload, expiresIn);
    },
  };
}

/** A code that comes back a second time ends what it bought the first time, also when both came at once (ATK-12). */
function codes(pool: Pool, shared: Adapter): Adapter {
  return {
    ...shared,
    async upsert(...code) {
      // Nobody has the code before both are there.
      await Promise.all([recordGrant(pool), shared.upsert(...code)]);
    },
    async consume(id) {
      try {
        await shared.consume(id);
      } catch (error) {
        const code = await pool.sessions.find<AdapterPayload>(KINDS.AuthorizationCode, hashed(id));
        if (error instanceof errors.InvalidGrant && code?.grantId) await revokeGrant(pool, code.grantId);
        throw error;
      }
    },
  };
}

/** In the library's words. A sign-in through the JSON API has scopes and nothing else. */
async function grantPayload(pool: Pool, id: string): Promise<AdapterPayload | undefined> {
  const grant = await knownGrant(pool, id);
  if (!grant) return undefined;
  const { accountId, clientId, scopes, beside } = grant;
  const claims = Object.values(beside?.claims ?? {}).flatMap((asked) => Object.keys(asked ?? {}));
  return {
    kind: 'Grant',
    jti: id,
    accountId,
    clientId,
    openid: { scope: scopes.join(' '), claims },
    ...(beside?.resources && { resources: beside.resources }),
  };
}

function refreshTokens(pool: Pool, shared: Adapter): Adapter {
  return {
    ...shared,
    async upsert(token, { jti: _, kind: __, iat: ___, exp, ...kept }) {
      const { grantId, clientId, jkt } = kept;
      if (!grantId || !clientId || exp === undefined)
        throw new Error('a refresh token without a sign-in or an end');
      const record = { grantId, clientId, expiresAt: exp * 1000, kept, ...(jkt && { jkt }) };
      await keepRefreshToken(pool, token, record);
    },
    find: (token) => refreshPayload(pool, token),
    async consume(token) {
      const { client: libraryClient } = Provider.ctx?.oidc ?? {};
      if (!libraryClient) throw new Error('a refresh token is rotated outside a request of its client');
      const client = clientOf(pool, libraryClient);
      if (await consumeRefreshToken(pool, client, token)) return;
      const record = await findRefreshToken(pool, token);
      if (record) await revokeGrant(pool, record.grantId);
      throw new errors.InvalidGrant('refresh token already used');
    },
  };
}

/** A rotated token counts as used once its grace period is over; a retry within it is not told from the first use. */
async function refreshPayload(pool: Pool, token: string): Promise<AdapterPayload | undefined> {
  const record = await findRefreshToken(pool, token);
  const grant = record && (await knownGrant(pool, record.grantId));
  if (!record || !grant) return undefined;
  const { grantId, clientId, expiresAt, consumedAt, kept } = record;
  const { accountId, scopes, authTime } = grant;
  const client = await findClient(pool, clientId);
  const used = consumedAt !== undefined && client && consumedAt + graceMsOf(client) <= pool.clock.now();
  return {
    accountId,
    authTime,
    scope: scopes.join(' '),
    gty: 'authorization_code',
    ...kept,
    kind: 'RefreshToken',
    jti: token,
    grantId,
    clientId,
    exp: Math.floor(expiresAt / 1000),
    ...(used && { consumed: Math.floor(consumedAt / 1000) }),
  };
}
