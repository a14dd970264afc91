import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import { createUser } from './administration/create-user.ts';
import { resetUserPassword } from './administration/reset-user-password.ts';
import { setUserPassword } from './administration/set-user-password.ts';
import { changePassword } from './own-account/change-password.ts';
import { confirmForgotPassword } from './recovery/confirm-forgot-password.ts';
import { forgotPassword } from './recovery/forgot-password.ts';
import { setNewPassword } from './sign-in/set-new-password.ts';
import { newPool } from './testing/new-pool.ts';
import { type TestPool, testClient } from './testing/open-pool.ts';
import { refused } from './testing/people.ts';

const client = testClient();

async function open(size: number): Promise<TestPool> {
  const pool = await newPool();
  pool.settings.Policies = {
    PasswordPolicy: { ...pool.settings.Policies.PasswordPolicy, PasswordHistorySize: size },
  };
  const attributes = { email: 'mia@example.com', email_verified: 'true' };
  await createUser(pool, { username: 'maria', attributes, suppressInvitation: true });
  return pool;
}

const word = (number: number) => `Horse-Battery-${number}`;
const set = (pool: TestPool, password: string, permanent = true) =>
  setUserPassword(pool, { username: 'maria', password, permanent });

test('as many passwords as the pool says cannot come back, the present one counted; older ones can', async () => {
  const pool = await open(3);
  for (const number of [1, 2, 3]) await set(pool, word(number));
  for (const number of [1, 2, 3])
    await refused(
      set(pool, word(number)),
      'password-reused',
      'Password has previously been used and cannot be reused.',
    );
  await set(pool, word(4));
  await set(pool, word(1));
  await refused(set(pool, word(4)), 'password-reused');
});

test('every way to a new password keeps to it, and a refused one does not use the code up', async () => {
  const pool = await open(2);
  const invited = await set(pool, word(1), false);
  const fresh = (account: Account, password: string) =>
    setNewPassword(pool, client, account, { password, attributes: {} });
  await refused(fresh(invited, word(1)), 'password-reused');
  const account = await fresh(invited, word(2));

  const change = (proposed: string) => changePassword(pool, account, { previous: word(2), proposed });
  for (const number of [1, 2]) await refused(change(word(number)), 'password-reused');
  await change(word(3));

  await forgotPassword(pool, client, { username: 'maria' });
  const code = pool.lastCode();
  const reset = (password: string) =>
    confirmForgotPassword(pool, client, { username: 'maria', code, password });
  for (const number of [2, 3]) await refused(reset(word(number)), 'password-reused');
  await reset(word(1));
});

test('a password that an administrator took away cannot come back either', async () => {
  const pool = await open(2);
  await set(pool, word(1));
  await set(pool, word(2));
  await resetUserPassword(pool, 'maria');
  const code = pool.lastCode();
  const reset = (password: string) =>
    confirmForgotPassword(pool, client, { username: 'maria', code, password });
  for (const number of [1, 2]) await refused(reset(word(number)), 'password-reused');
  await reset(word(3));
});

test('without the setting any password may come back, none is remembered, and none is compared', async () => {
  const pool = await open(0);
  await set(pool, word(1));
  const before = pool.hashes();
  const account = await set(pool, word(1));
  assert.equal(pool.hashes(), before + 1);
  assert.equal(account.passwordHistory, undefined);
});

test('what is remembered is bounded, and forgotten when the setting goes', async () => {
  const pool = await open(3);
  for (let number = 1; number < 7; number++) await set(pool, word(number));
  const { passwordHistory } = await set(pool, word(7));
  assert.equal(passwordHistory?.length, 2);
  assert.ok(passwordHistory.every((hash) => hash.startsWith('$argon2id$')));
  pool.settings.Policies = {
    PasswordPolicy: { ...pool.settings.Policies.PasswordPolicy, PasswordHistorySize: 0 },
  };
  assert.equal((await set(pool, word(8))).passwordHistory, undefined);
});
