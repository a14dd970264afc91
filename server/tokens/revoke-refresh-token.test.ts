import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPool } from '../accounts/testing/new-pool.ts';
import { MINUTE, testClient } from '../accounts/testing/open-pool.ts';
import { confirmed, refused } from '../accounts/testing/people.ts';
import { DEFAULT_LIMITS } from '../settings/limits.ts';
import { beginGrant, findGrant } from './grant.ts';
import { issueRefreshToken } from './refresh-token.ts';
import { revokeRefreshToken } from './revoke-refresh-token.ts';
import { hasEnded } from './sessions/hosted.ts';

const client = testClient();
const confidential = { ...testClient(), id: '7otherclient00000000000000', secret: 'a-secret-of-the-tests' };

async function open() {
  const pool = await newPool();
  const account = await confirmed(pool, 'maria');
  return {
    pool,
    async signIn(through: string) {
      const at = pool.clock.now();
      const grant = await beginGrant(pool, client, {
        accountId: account.id,
        scopes: ['openid'],
        epoch: account.epoch,
        authTime: at / 1000,
        refreshable: true,
        through: { uid: through, since: at, expiresAt: at + 60 * MINUTE },
      });
      return { id: grant.id, token: await issueRefreshToken(pool, client, grant) };
    },
    revoke: (token: string, linked?: boolean) =>
      revokeRefreshToken(pool, client, { token, secret: undefined, linked }),
  };
}

test('HUI-208 with the sign-in the hosted session goes only when that is asked for', async () => {
  const { pool, signIn, revoke } = await open();
  pool.sessionTracking = { maxPerUser: 20 };
  const alone = await signIn('one');
  await revoke(alone.token);
  assert.equal(await findGrant(pool, alone.id), undefined);
  assert.equal(await hasEnded(pool, 'one'), false);
  const linked = await signIn('two');
  const other = await signIn('three');
  await revoke(linked.token, true);
  assert.equal(await findGrant(pool, linked.id), undefined);
  assert.equal(await hasEnded(pool, 'two'), true);
  assert.ok(await findGrant(pool, other.id));
  assert.equal(await hasEnded(pool, 'three'), false);
  await revoke(linked.token, true);
});

test('what hangs together is known only to pools that track sessions, from then on', async () => {
  const { pool, signIn, revoke } = await open();
  const { id, token } = await signIn('one');
  await refused(revoke(token, true), 'operation-not-enabled');
  assert.ok(await findGrant(pool, id));
  pool.sessionTracking = { maxPerUser: 20 };
  await revoke(token, true);
  assert.equal(await findGrant(pool, id), undefined);
});

test('an address that does not prove its client is answered no more after so many times', async () => {
  const { pool, signIn } = await open();
  pool.limits = { ...DEFAULT_LIMITS, 'client-failures': { perAddress: 2, perPool: 0 } };
  const { id, token } = await signIn('one');
  const revoke = (secret: string | undefined, address: string) =>
    revokeRefreshToken(pool, confidential, { token, secret, address });
  for (const secret of ['wrong', undefined])
    await refused(revoke(secret, '203.0.113.9'), 'client-secret-wrong');
  await refused(revoke(confidential.secret, '203.0.113.9'), 'too-many-requests');
  await revoke(confidential.secret, '198.51.100.7');
  assert.ok(await findGrant(pool, id), 'another client’s token is left alone');
});
