import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Refusal } from '../../errors.ts';
import { MINUTE, openTestPool, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, refused } from '../testing/people.ts';
import { findAttempt, holdingAttempt, keepAttempt, newAttempt } from './attempt.ts';
import { newSession, openSession, sealSession, useSession, usingSession } from './session.ts';

const client = testClient();
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
});
afterEach(() => pool.close());

const sealed = (of = client) =>
  sealSession(pool, of, 'CHALLENGE', { ...newSession(pool, of), typed: 'maria' });
const opened =
  (session: string, of = client, challenge = 'CHALLENGE') =>
  () =>
    openSession<{ typed: string }>(pool, of, challenge, session);
const throwing = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason;

test('SEC-16 SEC-45 a session carries what it was given, for the time of the client', () => {
  const session = sealed();
  assert.ok(session.length >= 20 && session.length <= 2048);
  assert.ok(!Buffer.from(session.slice(3), 'base64url').includes('maria'));
  pool.clock.at += 3 * MINUTE - 1;
  assert.equal(opened(session)().typed, 'maria');
  pool.clock.at += 1;
  assert.throws(opened(session), throwing('attempt-expired'));
  const longer = testClient({ AuthSessionValidity: 15 });
  const other = sealed(longer);
  pool.clock.at += 15 * MINUTE - 1;
  assert.equal(opened(other, longer)().typed, 'maria');
});

test('SEC-48 SEC-49 a session is for one challenge, one client and one pool', () => {
  const session = sealed();
  assert.throws(opened(session, client, 'OTHER'), throwing('session-invalid'));
  assert.throws(opened(session, { ...client, id: 'another' }), throwing('session-invalid'));
  pool.id = 'eu-central-1_Test00002';
  assert.throws(opened(session), throwing('session-invalid'));
});

test('SEC-51 a session has one form: none of its characters can be another', () => {
  const session = sealed();
  for (let at = 0; at < session.length; at++)
    for (const character of ['A', 'B', '-'])
      if (session[at] !== character)
        assert.throws(
          opened(session.slice(0, at) + character + session.slice(at + 1)),
          (error) => throwing('session-invalid')(error) || throwing('session-malformed')(error),
          `${character} at ${at}`,
        );
  for (const text of ['', 'x', 'v1.', `${session}=`, ` ${session}`, session.slice(0, -4)])
    assert.throws(opened(text), { message: /^Invalid session/ });
});

test('SEC-47 ATK-26 of fifty who use a session at the same moment one does', async () => {
  const session = newSession(pool, client);
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => useSession(pool, session)));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  await refused(
    useSession(pool, session),
    'session-used',
    'Invalid session for the user, session can only be used once.',
  );
});

test('SEC-47 a step that is refused gives its session back, one that succeeds or fails otherwise does not', async () => {
  const session = newSession(pool, client);
  const refuse = async () => {
    throw new Refusal('credentials-wrong');
  };
  await refused(usingSession(pool, session, refuse), 'credentials-wrong');
  const steps = Array.from({ length: 50 }, () => usingSession(pool, session, async () => 'in'));
  const all = await Promise.allSettled(steps);
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  await refused(usingSession(pool, session, refuse), 'session-used');
  await refused(usingSession(pool, session, refuse), 'session-used');

  const failing = newSession(pool, client);
  const fail = async () => {
    throw new Error('the store is gone');
  };
  await assert.rejects(usingSession(pool, failing, fail), { message: 'the store is gone' });
  await refused(usingSession(pool, failing, refuse), 'session-used');
});

test('SEC-93 ATK-40 one caller at a time has an attempt; a refusal gives it back, anything else does not', async () => {
  const account = await confirmed(pool, 'maria');
  const session = newSession(pool, client);
  const begin = async () => {
    const attempt = newAttempt(pool, {
      id: session.id,
      client,
      account,
      typed: 'maria',
      proven: ['password'],
    });
    await keepAttempt(pool, attempt, session.expiresAt);
    return attempt;
  };
  const attempt = await begin();
  let steps = 0;
  const all = await Promise.allSettled(
    Array.from({ length: 50 }, () =>
      holdingAttempt(pool, session, async () => {
        steps++;
      }),
    ),
  );
  assert.equal(steps, 1);
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);

  await begin();
  const refuse = async () => {
    throw new Refusal('password-policy', { rule: 'too short' });
  };
  await refused(holdingAttempt(pool, session, refuse), 'password-policy');
  assert.deepEqual(await findAttempt(pool, session.id), attempt);
  pool.clock.at += 3 * MINUTE;
  await refused(holdingAttempt(pool, session, refuse), 'session-used');
});
