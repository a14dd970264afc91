import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../errors.ts';
import { DEFAULT_LIMITS } from '../../settings/limits.ts';
import { setUserPassword } from '../administration/set-user-password.ts';
import { findAccount } from '../find-account.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { newPool } from '../testing/new-pool.ts';
import { DAY, HOUR, SECOND, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { changeAccount } from '../write-account.ts';
import { changePassword } from './change-password.ts';
import { deleteAccount } from './delete-account.ts';
import { refuseUnsettled } from './refuse-unsettled.ts';
import { setUserSettings } from './set-user-settings.ts';
import { signOutEverywhere } from './sign-out-everywhere.ts';

const client = testClient();
const NEW = 'An0ther-Horse!';
const signIn = (pool: TestPool, password: string) =>
  checkPassword(pool, client, { username: 'maria', password });

test('who knows the password changes it, and stays signed in', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  const changed = await changePassword(pool, maria, { previous: PASSWORD, proposed: NEW });
  assert.equal(changed.epoch, maria.epoch);
  assert.equal(changed.status, 'CONFIRMED');
  assert.notEqual(changed.srpVerifier, maria.srpVerifier);
  assert.equal((await signIn(pool, NEW)).id, maria.id);
  await refused(signIn(pool, PASSWORD), 'credentials-wrong');
});

test('USR-81 ATK-28 who is signed in may change a temporary password in its time, and has one of their own then', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  const temporary = (password: string) =>
    setUserPassword(pool, { username: 'maria', password, permanent: false });
  const change = async (previous: string, proposed: string) =>
    changePassword(pool, await temporary(previous), { previous, proposed });
  const { status, temporaryPasswordAt } = await change('T3mporary-Horse!', NEW);
  assert.deepEqual([status, temporaryPasswordAt], ['CONFIRMED', undefined]);
  pool.clock.at += 30 * DAY;
  assert.equal((await signIn(pool, NEW)).status, 'CONFIRMED');

  const invited = await temporary('T3mporary-Horse!');
  pool.clock.at += 7 * DAY;
  const late = { previous: 'T3mporary-Horse!', proposed: NEW };
  await refused(changePassword(pool, invited, late), 'temporary-password-expired');
});

test('ATK-46 without the password that there is, nothing changes', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  for (const previous of [undefined, '', 'Wr0ng-Horse!'])
    await refused(changePassword(pool, maria, { previous, proposed: NEW }), 'credentials-wrong');
  assert.equal((await signIn(pool, PASSWORD)).id, maria.id);
});

test('the new password has to be one that the policy allows, and a weak one is no attempt', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  const before = pool.hashes();
  for (let i = 0; i < 10; i++)
    await refused(changePassword(pool, maria, { previous: 'x', proposed: 'weak' }), 'password-policy');
  assert.equal(pool.hashes(), before);
  await changePassword(pool, maria, { previous: PASSWORD, proposed: NEW });
});

test('ATK-40 ATK-42 guesses here and at sign-in are counted together', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  const guess = () => changePassword(pool, maria, { previous: 'Wr0ng-Horse!', proposed: NEW });
  const before = pool.hashes();
  const guesses = await Promise.allSettled(Array.from({ length: 30 }, guess));
  assert.ok(guesses.every(({ status }) => status === 'rejected'));
  assert.equal(pool.hashes(), before + 5);
  await refused(signIn(pool, PASSWORD), 'attempts-exceeded');
  await refused(changePassword(pool, maria, { previous: PASSWORD, proposed: NEW }), 'attempts-exceeded');
  pool.clock.at += SECOND;
  assert.equal((await signIn(pool, PASSWORD)).id, maria.id);
});

test('what there was no room to check is no guess of its address', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 2, perPool: 0 } };
  const change = () =>
    changePassword(pool, maria, { previous: PASSWORD, proposed: NEW, address: '192.0.2.7' });
  const { passwords } = pool;
  pool.passwords = { ...passwords, verify: () => Promise.reject(new Refusal('busy')) };
  for (let i = 0; i < 4; i++) await refused(change(), 'busy');
  pool.passwords = passwords;
  await change();
});

test('of changes at the same moment, all with the right password, one is made', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  const proposals = Array.from({ length: 5 }, (_, index) => `An0ther-Horse!${index}`);
  const all = await Promise.allSettled(
    proposals.map((proposed) => changePassword(pool, maria, { previous: PASSWORD, proposed })),
  );
  const won = proposals.filter((_, index) => all[index]?.status === 'fulfilled');
  assert.equal(won.length, 1);
  assert.equal((await signIn(pool, won[0] ?? '')).id, maria.id);
});

test('who has no password sets the first one, unless it is kept elsewhere', async () => {
  const pool = await newPool();
  const { id } = await confirmed(pool, 'maria');
  const bare = await changeAccount(pool, id, ({ passwordHash: _, srpVerifier: __, ...current }) => current);
  const set = { previous: undefined, proposed: NEW };
  await refused(changePassword(pool, { ...bare, status: 'EXTERNAL_PROVIDER' }, set), 'cannot-reset-password');
  await changePassword(pool, bare, set);
  assert.equal((await signIn(pool, NEW)).id, id);
});

test('USR-11 who deletes themselves frees their names, and is not there a second time', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const mia = await confirmed(pool, 'mia@example.com');
  await deleteAccount(pool, mia);
  assert.equal(await findAccount(pool, 'mia@example.com'), undefined);
  await refused(deleteAccount(pool, mia), 'user-not-found');
  assert.notEqual((await confirmed(pool, 'mia@example.com')).id, mia.id);
});

test('signing out everywhere begins another epoch, and leaves everybody else alone', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria');
  const paul = await confirmed(pool, 'paul');
  pool.clock.at += HOUR;
  assert.equal((await signOutEverywhere(pool, maria)).epoch, maria.epoch + 1);
  assert.equal((await pool.accounts.find(paul.id))?.epoch, paul.epoch);
});

test('USR-18 who must reset their password or confirm does nothing else before', () => {
  const reason = (status: Parameters<typeof refuseUnsettled>[0]['status']) => {
    try {
      refuseUnsettled({ status });
      return undefined;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  assert.equal(reason('RESET_REQUIRED'), 'PasswordResetRequiredException');
  assert.equal(reason('UNCONFIRMED'), 'UserNotConfirmedException');
  for (const status of ['CONFIRMED', 'FORCE_CHANGE_PASSWORD', 'EXTERNAL_PROVIDER'] as const)
    assert.equal(reason(status), undefined);
});

test('a second factor that no pool asks for is refused, and none is always fine', () => {
  setUserSettings([]);
  for (const option of [
    { DeliveryMedium: 'SMS', AttributeName: 'phone_number' },
    { DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    {},
  ])
    assert.throws(() => setUserSettings([option]), { code: 'InvalidParameterException' });
});
