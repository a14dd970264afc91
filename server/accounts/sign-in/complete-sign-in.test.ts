import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import { deleteUser } from '../administration/delete-user.ts';
import { disableUser } from '../administration/disable-user.ts';
import { enableUser } from '../administration/enable-user.ts';
import { globalSignOut } from '../administration/global-sign-out.ts';
import { adminConfirmSignUp } from '../sign-up/admin-confirm-sign-up.ts';
import { MINUTE, openTestPool, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, refused, unconfirmed } from '../testing/people.ts';
import { beginAttempt, findAttempt, type Proof } from './attempt.ts';
import { completeSignIn } from './complete-sign-in.ts';

const client = testClient();
let pool: TestPool;
let account: Account;
beforeEach(async () => {
  pool = await openTestPool();
  account = await confirmed(pool, 'maria');
});
afterEach(() => pool.close());

const begin = (of: Account = account, proven: Proof[] = ['password'], id = 'a1') =>
  beginAttempt(pool, { id, client, account: of, typed: 'maria', proven, lifetimeMs: 15 * MINUTE });

test('an attempt in which all is proven signs in, once, and is noted on the account', async () => {
  const attempt = await begin();
  assert.deepEqual(await findAttempt(pool, 'a1'), attempt);
  pool.clock.at += MINUTE;
  const signedIn = await completeSignIn(pool, attempt);
  assert.equal(signedIn.account.id, account.id);
  assert.equal(signedIn.authTime, pool.clock.at);
  assert.equal(signedIn.account.lastSignInAt, pool.clock.at);
  assert.equal(signedIn.account.modifiedAt, account.modifiedAt);
  await refused(completeSignIn(pool, attempt), 'attempt-expired');
});

test('ATK-26 fifty who complete one attempt at the same moment: one signs in', async () => {
  const attempt = await begin();
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => completeSignIn(pool, attempt)));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('ATK-44 ATK-27 what is stored counts, not what the caller holds; too early does no harm', async () => {
  const attempt = await begin(account, []);
  await refused(completeSignIn(pool, { ...attempt, proven: ['password'] } as never), 'attempt-expired');
  await begin();
  await completeSignIn(pool, attempt);
});

test('ATK-44 an account with something left to do does not sign in', async () => {
  const attempt = await begin(await unconfirmed(pool, 'mia'));
  await refused(completeSignIn(pool, attempt), 'attempt-expired');
  await adminConfirmSignUp(pool, 'mia');
  await completeSignIn(pool, attempt);
});

test('an attempt expires', async () => {
  const attempt = await begin();
  pool.clock.at += 15 * MINUTE;
  await refused(completeSignIn(pool, attempt), 'attempt-expired');
  assert.equal(await findAttempt(pool, 'a1'), undefined);
});

test('disabling, deleting and signing out everywhere end attempts that are under way', async () => {
  await begin();
  await disableUser(pool, 'maria');
  await refused(completeSignIn(pool, { id: 'a1' }), 'user-disabled');
  await enableUser(pool, 'maria');
  await refused(completeSignIn(pool, { id: 'a1' }), 'attempt-expired');

  await begin((await pool.accounts.find(account.id)) ?? account);
  await globalSignOut(pool, 'maria');
  await refused(completeSignIn(pool, { id: 'a1' }), 'attempt-expired');

  await begin((await pool.accounts.find(account.id)) ?? account);
  await deleteUser(pool, 'maria');
  await refused(completeSignIn(pool, { id: 'a1' }), 'attempt-expired');
});

test('ATK-44 an attempt that begins anew while it is completed does not complete for either', async () => {
  const attempt = await begin();
  const other = await confirmed(pool, 'mia');
  const { sessions } = pool;
  pool.sessions = {
    ...sessions,
    async take(kind, id) {
      await begin(other, []);
      return sessions.take(kind, id);
    },
  };
  await refused(completeSignIn(pool, attempt), 'attempt-expired');
});

test('disabling an account while its attempt is completed wins', async () => {
  const attempt = await begin();
  const { sessions } = pool;
  pool.sessions = {
    ...sessions,
    async take(kind, id) {
      await disableUser(pool, 'maria');
      return sessions.take(kind, id);
    },
  };
  await refused(completeSignIn(pool, attempt), 'attempt-expired');
  assert.equal((await pool.accounts.find(account.id))?.lastSignInAt, undefined);
});

test('who types another name in the same window signs in as that person', async () => {
  await begin();
  const other = await confirmed(pool, 'mia');
  await begin(other);
  assert.equal((await completeSignIn(pool, { id: 'a1' })).account.id, other.id);
});
