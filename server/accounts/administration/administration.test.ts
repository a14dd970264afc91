import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { findAccount } from '../find-account.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { openTestPool, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { deleteUser } from './delete-user.ts';
import { disableUser } from './disable-user.ts';
import { enableUser } from './enable-user.ts';
import { globalSignOut } from './global-sign-out.ts';
import { setUserPassword } from './set-user-password.ts';

const client = testClient();
const NEW = 'N3w-Passw0rd!';
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
});
afterEach(() => pool.close());

test('USR-12 a permanent password confirms, a temporary one must be changed, in any state', async () => {
  await unconfirmed(pool, 'maria');
  const permanent = await setUserPassword(pool, { username: 'maria', password: NEW, permanent: true });
  assert.equal(permanent.status, 'CONFIRMED');
  await checkPassword(pool, client, { username: 'maria', password: NEW });
  const temporary = await setUserPassword(pool, { username: 'maria', password: PASSWORD, permanent: false });
  assert.equal(temporary.status, 'FORCE_CHANGE_PASSWORD');
  assert.equal(temporary.temporaryPasswordAt, pool.clock.at);
  await refused(checkPassword(pool, client, { username: 'maria', password: NEW }), 'credentials-wrong');
  const again = await setUserPassword(pool, { username: 'maria', password: NEW, permanent: true });
  assert.equal(again.temporaryPasswordAt, undefined);
});

test('a password that an administrator sets meets the policy, and needs an account', async () => {
  await confirmed(pool, 'maria');
  const weak = { username: 'maria', password: 'weak', permanent: true };
  await refused(setUserPassword(pool, weak), 'password-policy');
  await refused(setUserPassword(pool, { ...weak, username: 'nobody' }), 'user-not-found');
  await checkPassword(pool, client, { username: 'maria', password: PASSWORD });
});

test('USR-05 disabling and enabling leave the status alone, whatever it is', async () => {
  await unconfirmed(pool, 'maria');
  const disabled = await disableUser(pool, 'maria');
  assert.deepEqual([disabled.enabled, disabled.status], [false, 'UNCONFIRMED']);
  const enabled = await enableUser(pool, 'maria');
  assert.deepEqual([enabled.enabled, enabled.status], [true, 'UNCONFIRMED']);
  await refused(enableUser(pool, 'nobody'), 'user-not-found');
  await refused(disableUser(pool, 'nobody'), 'user-not-found');
});

test('disabling and signing out everywhere begin a new epoch; enabling does not go back', async () => {
  const { epoch } = await confirmed(pool, 'maria');
  assert.equal((await globalSignOut(pool, 'maria')).epoch, epoch + 1);
  assert.equal((await disableUser(pool, 'maria')).epoch, epoch + 2);
  assert.equal((await enableUser(pool, 'maria')).epoch, epoch + 2);
  await refused(globalSignOut(pool, 'nobody'), 'user-not-found');
});

test('fifty who sign a person out at the same moment count fifty times', async () => {
  const { id, epoch } = await confirmed(pool, 'maria');
  await Promise.all(Array.from({ length: 50 }, () => globalSignOut(pool, 'maria')));
  assert.equal((await pool.accounts.find(id))?.epoch, epoch + 50);
});

test('USR-10 an enabled account is deleted, once', async () => {
  const { id } = await confirmed(pool, 'maria');
  await deleteUser(pool, 'maria');
  assert.equal(await pool.accounts.find(id), undefined);
  assert.equal(await findAccount(pool, 'maria'), undefined);
  await refused(deleteUser(pool, 'maria'), 'user-not-found');
});
