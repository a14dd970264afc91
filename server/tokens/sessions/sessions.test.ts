import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPool } from '../../accounts/testing/new-pool.ts';
import { DAY, MINUTE, testClient } from '../../accounts/testing/open-pool.ts';
import { confirmed, refused } from '../../accounts/testing/people.ts';
import { beginGrant, findGrant, revokeGrant } from '../grant.ts';
import { issueRefreshToken, redeemRefreshToken } from '../refresh-token.ts';
import { forgetSessions } from './forget.ts';
import { endHostedSession, hasEnded } from './hosted.ts';
import { liveSessions, sessionId } from './list.ts';
import { revokeSession } from './revoke.ts';
import { readSlots } from './slots.ts';

const client = testClient();

async function open(maxPerUser = 20) {
  const pool = await newPool();
  pool.sessionTracking = { maxPerUser };
  pool.sessionsRecorded = true;
  const account = await confirmed(pool, 'maria');
  return {
    pool,
    account,
    signIn: (through?: string) => {
      const at = pool.clock.now();
      return beginGrant(pool, client, {
        accountId: account.id,
        scopes: ['openid'],
        epoch: account.epoch,
        authTime: at / 1000,
        refreshable: true,
        ...(through && { through: { uid: through, since: at, expiresAt: at + 60 * MINUTE } }),
      });
    },
    names: async () => (await liveSessions(pool, account)).map(({ entry }) => entry.of),
  };
}

test('each sign-in is listed with its client and times, and is gone when it is revoked or has expired', async () => {
  const { pool, account, signIn, names } = await open();
  const first = await signIn();
  pool.clock.at += MINUTE;
  const second = await signIn();
  assert.deepEqual(await names(), [second.id, first.id]);
  const [{ entry } = assert.fail()] = await liveSessions(pool, account);
  assert.equal(entry.clientId, client.id);
  assert.equal(entry.createdAt, pool.clock.at);
  await revokeGrant(pool, second.id);
  assert.deepEqual(await names(), [first.id]);
  pool.clock.at += 32 * DAY;
  assert.deepEqual(await names(), []);
  assert.deepEqual(await liveSessions(pool, { ...account, epoch: account.epoch + 1 }), []);
});

test('a session that is refreshed is the one that was used last', async () => {
  const { pool, account, signIn, names } = await open();
  const first = await signIn();
  const token = await issueRefreshToken(pool, client, first);
  pool.clock.at += MINUTE;
  const second = await signIn();
  pool.clock.at += MINUTE;
  await redeemRefreshToken(pool, client, token);
  assert.deepEqual(await names(), [first.id, second.id]);
  const [{ entry } = assert.fail()] = await liveSessions(pool, account);
  assert.equal(entry.activeAt, pool.clock.at);
  assert.equal(entry.createdAt, pool.clock.at - 2 * MINUTE);
});

test('past the most that there may be, the session ends that was not used for the longest time', async () => {
  const { pool, signIn, names } = await open(2);
  const first = await signIn();
  const token = await issueRefreshToken(pool, client, first);
  pool.clock.at += MINUTE;
  const second = await signIn();
  pool.clock.at += MINUTE;
  await redeemRefreshToken(pool, client, token);
  pool.clock.at += MINUTE;
  const third = await signIn();
  assert.deepEqual(await names(), [third.id, first.id]);
  assert.equal(await findGrant(pool, second.id), undefined);
  assert.ok(await findGrant(pool, first.id));
});

test('sessions from before the person was signed out everywhere take no place', async () => {
  const { pool, account, signIn } = await open(2);
  for (let i = 0; i < 2; i++) await signIn();
  account.epoch += 1;
  const fresh = [(await signIn()).id, (await signIn()).id];
  const names = (await liveSessions(pool, account)).map(({ entry }) => entry.of);
  assert.deepEqual(names.toSorted(), fresh.toSorted());
});

test('a lower limit ends sessions at the next sign-in, not before', async () => {
  const { pool, signIn, names } = await open(5);
  for (let i = 0; i < 5; i++) {
    await signIn();
    pool.clock.at += MINUTE;
  }
  pool.sessionTracking = { maxPerUser: 2 };
  assert.equal((await names()).length, 5);
  const last = await signIn();
  const left = await names();
  assert.equal(left.length, 2);
  assert.equal(left[0], last.id);
});

test('of many sign-ins at the same moment each is listed, up to the most, and what is not listed has ended', async () => {
  const { pool, signIn, names } = await open(5);
  const grants = await Promise.all(Array.from({ length: 20 }, () => signIn()));
  const listed = new Set(await names());
  assert.ok(listed.size >= 1 && listed.size <= 5, String(listed.size));
  for (const { id } of grants) assert.equal((await findGrant(pool, id)) !== undefined, listed.has(id));
});

test('a hosted session is listed with the grants that came through it, once', async () => {
  const { pool, account, signIn } = await open();
  await signIn('browser');
  pool.clock.at += MINUTE;
  await signIn('browser');
  const sessions = await liveSessions(pool, account);
  assert.deepEqual(sessions.map(({ entry }) => entry.type).toSorted(), ['SSO', 'TOKEN', 'TOKEN']);
  const hosted = sessions.find(({ entry }) => entry.type === 'SSO')?.entry;
  assert.equal(hosted?.of, 'browser');
  assert.equal(hosted.activeAt, hosted.createdAt + MINUTE);
  assert.ok(sessions.every(({ entry }) => entry.type === 'SSO' || entry.origin === 'browser'));
  await endHostedSession(pool, 'browser');
  assert.equal((await liveSessions(pool, account)).length, 2);
});

test('revoking ends one session, or with it those that hang together with it; never the one that asks', async () => {
  const { pool, account, signIn, names } = await open();
  const revoke = (type: 'TOKEN' | 'SSO', of: string, more: { linked?: boolean; current?: string } = {}) =>
    revokeSession(pool, account, { sessionId: sessionId(type, of), linked: false, ...more });
  const own = await signIn('mine');
  const other = await signIn('mine');
  const apart = await signIn();
  await refused(revoke('TOKEN', own.id, { current: own.id }), 'invalid-parameter');
  await refused(revoke('TOKEN', 'unknown'), 'resource-not-found');
  await revoke('TOKEN', apart.id, { current: own.id });
  assert.equal(await findGrant(pool, apart.id), undefined);
  await revoke('SSO', 'mine', { linked: true, current: own.id });
  assert.ok(await hasEnded(pool, 'mine'));
  assert.equal(await findGrant(pool, other.id), undefined);
  assert.deepEqual(await names(), [own.id]);

  const through = await signIn('theirs');
  await revoke('TOKEN', through.id, { linked: true });
  assert.ok(await hasEnded(pool, 'theirs'));
  const alone = await signIn('third');
  await revoke('TOKEN', alone.id);
  assert.ok(!(await hasEnded(pool, 'third')));
});

test('where sessions are not tracked none is recorded, and there is nothing to list', async () => {
  const { pool, account, signIn, names } = await open();
  pool.sessionTracking = undefined;
  await signIn('browser');
  await refused(names(), 'operation-not-enabled');
  pool.sessionTracking = { maxPerUser: 5 };
  assert.deepEqual(await names(), []);
  assert.deepEqual(await liveSessions(pool, { id: 'someone-else', epoch: account.epoch }), []);
});

test('of somebody whose account is deleted nothing is left, also when sessions are tracked no more', async () => {
  const { pool, account, signIn } = await open();
  await signIn('browser');
  await signIn();
  const recorded = async () =>
    [...(await readSlots(pool, account.id, 'TOKEN')), ...(await readSlots(pool, account.id, 'SSO'))].length;
  assert.equal(await recorded(), 3);
  pool.sessionTracking = undefined;
  await forgetSessions(pool, account.id);
  assert.equal(await recorded(), 0);
});

test('names of sessions have the form of the service, and tell nothing of what they name', () => {
  assert.match(sessionId('TOKEN', 'a'), /^tkn[a-z0-9]{25}$/);
  assert.match(sessionId('SSO', 'a'), /^sso[a-z0-9]{25}$/);
  assert.notEqual(sessionId('TOKEN', 'a'), sessionId('TOKEN', 'b'));
});
