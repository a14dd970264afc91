import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import type { Attributes } from '../attributes/check-attributes.ts';
import { requireAccount } from '../find-account.ts';
import { confirmForgotPassword } from '../recovery/confirm-forgot-password.ts';
import { forgotPassword } from '../recovery/forgot-password.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { newPool } from '../testing/new-pool.ts';
import { type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { createUser } from './create-user.ts';
import { disableUser } from './disable-user.ts';
import { resetUserPassword } from './reset-user-password.ts';
import { updateUserAttributes } from './update-user-attributes.ts';

const client = testClient();
const NEW = 'N3w-Passw0rd!';
const PROVEN = { email: 'mia@example.com', email_verified: 'true' };
async function open(given: Attributes = PROVEN, change: Partial<PoolSettings> = {}): Promise<TestPool> {
  const pool = await newPool(change);
  await confirmed(pool, 'maria');
  await updateUserAttributes(pool, { username: 'maria', given });
  return pool;
}
const signIn = (pool: TestPool, password: string) =>
  checkPassword(pool, client, { username: 'maria', password });

test('USR-13 USR-15 the old password is gone at once, and the code that was sent sets another', async () => {
  const pool = await open();
  await resetUserPassword(pool, 'maria');
  const reset = await requireAccount(pool, 'maria');
  assert.equal(reset.status, 'RESET_REQUIRED');
  assert.deepEqual([reset.passwordHash, reset.srpVerifier], [undefined, undefined]);
  for (const password of [PASSWORD, 'any other'])
    await refused(signIn(pool, password), 'password-reset-required');
  assert.equal(pool.lastMail().to, PROVEN.email);
  const set = { username: 'maria', code: pool.lastCode(), password: NEW };
  assert.equal((await confirmForgotPassword(pool, client, set)).status, 'CONFIRMED');
  await signIn(pool, NEW);
  await refused(signIn(pool, PASSWORD), 'credentials-wrong');
});

test('a person who was reset may be reset again, and may ask for a code; the newest code counts', async () => {
  const pool = await open();
  await resetUserPassword(pool, 'maria');
  const first = pool.lastCode();
  await resetUserPassword(pool, 'maria');
  await forgotPassword(pool, client, { username: 'maria' });
  const newest = pool.lastCode();
  assert.equal(pool.outbox.sent().length, 3);
  const set = { username: 'maria', password: NEW };
  if (first !== newest)
    await refused(confirmForgotPassword(pool, client, { ...set, code: first }), 'code-wrong');
  await confirmForgotPassword(pool, client, { ...set, code: newest });
});

test('USR-14 without a verified contact, or where only an administrator may help, nothing changes', async () => {
  const nobody = { RecoveryMechanisms: [{ Priority: 1, Name: 'admin_only' as const }] };
  const pools = [
    await open({ email: 'mia@example.com' }),
    await open({ nickname: 'Mimi' }),
    await open(PROVEN, { AccountRecoverySetting: nobody }),
  ];
  for (const pool of pools) {
    const before = await requireAccount(pool, 'maria');
    await refused(
      resetUserPassword(pool, 'maria'),
      'no-verified-contact',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
    assert.deepEqual(await requireAccount(pool, 'maria'), before);
    await signIn(pool, PASSWORD);
    assert.deepEqual(pool.outbox.sent(), []);
  }
});

test('only who chose a password and is enabled can be reset', async () => {
  const pool = await open();
  await refused(resetUserPassword(pool, 'nobody'), 'user-not-found');
  const invited = { username: 'invited', attributes: PROVEN, suppressInvitation: true };
  await createUser(pool, invited);
  await unconfirmed(pool, 'new');
  await updateUserAttributes(pool, { username: 'new', given: PROVEN });
  for (const username of ['invited', 'new']) {
    await refused(
      resetUserPassword(pool, username),
      'cannot-reset-password',
      'User password cannot be reset in the current state.',
    );
  }
  await disableUser(pool, 'maria');
  const ended: string[] = [];
  const note = async (accountId: string) => void ended.push(accountId);
  await refused(resetUserPassword(pool, 'maria', note), 'user-disabled');
  assert.deepEqual(ended, [], 'sessions of theirs go on');
  assert.equal((await requireAccount(pool, 'maria')).status, 'CONFIRMED');
});

test('who is disabled while the password is being reset keeps it, and is sent nothing', async () => {
  const pool = await open();
  const { accounts } = pool;
  pool.accounts = {
    ...accounts,
    update: async (...change) => {
      await disableUser({ accounts, settings: pool.settings, clock: pool.clock }, 'maria');
      return accounts.update(...change);
    },
  };
  await refused(resetUserPassword(pool, 'maria'), 'user-disabled');
  const { status, passwordHash } = await requireAccount(pool, 'maria');
  assert.deepEqual([status, passwordHash !== undefined], ['CONFIRMED', true]);
  assert.deepEqual(pool.outbox.sent(), []);
});

test('when the code cannot be sent the person is reset all the same, and can ask for another', async () => {
  const pool = await open();
  pool.mail = openNowhere();
  const ended: string[] = [];
  const note = async (accountId: string) => void ended.push(accountId);
  await refused(resetUserPassword(pool, 'maria', note), 'delivery-failed');
  assert.deepEqual(ended, [(await requireAccount(pool, 'maria')).id], 'sessions of theirs ended');
  await refused(signIn(pool, PASSWORD), 'password-reset-required');
  pool.mail = pool.outbox;
  await forgotPassword(pool, client, { username: 'maria' });
  await confirmForgotPassword(pool, client, { username: 'maria', code: pool.lastCode(), password: NEW });
});
