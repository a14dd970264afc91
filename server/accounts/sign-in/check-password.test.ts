import assert from 'node:assert/strict';
import { test } from 'node:test';
import bcrypt from 'bcrypt';
import { createUser } from '../administration/create-user.ts';
import { disableUser } from '../administration/disable-user.ts';
import { enableUser } from '../administration/enable-user.ts';
import { resendInvitation } from '../administration/resend-invitation.ts';
import { setUserPassword } from '../administration/set-user-password.ts';
import { confirmSignUp } from '../sign-up/confirm-sign-up.ts';
import { newPool } from '../testing/new-pool.ts';
import { DAY, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { changeAccount } from '../write-account.ts';
import { checkPassword } from './check-password.ts';
import { setNewPassword } from './set-new-password.ts';

const client = testClient();
const hiding = testClient({ PreventUserExistenceErrors: 'ENABLED' });
const email = { email: 'mia@example.com' };
const check = (pool: TestPool, username: string, password = PASSWORD, as = client) =>
  checkPassword(pool, as, { username, password });

test('the right password gives the account, also while it is unconfirmed; a wrong one does not', async () => {
  const pool = await newPool();
  const account = await confirmed(pool, 'maria');
  assert.equal((await check(pool, 'maria')).id, account.id);
  await refused(check(pool, 'maria', 'wrong'), 'credentials-wrong', 'Incorrect username or password.');
  await unconfirmed(pool, 'mia');
  assert.equal((await check(pool, 'mia')).status, 'UNCONFIRMED');
});

test('USR-179 an alias signs in only once its contact is verified', async () => {
  const pool = await newPool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
  await unconfirmed(pool, 'maria', email);
  await refused(check(pool, 'mia@example.com'), 'user-not-found');
  await confirmSignUp(pool, client, { username: 'maria', code: pool.lastCode() });
  assert.equal((await check(pool, 'mia@example.com')).username, 'maria');
});

test('USR-195 a username attribute signs in unverified', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const account = await confirmed(pool, 'mia@example.com');
  assert.equal(account.attributes['email_verified'], 'false');
  assert.equal((await check(pool, 'mia@example.com')).id, account.id);
});

test('an unknown user is told apart only where the client does not hide it', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  await refused(check(pool, 'nobody'), 'user-not-found', 'User does not exist.');
  await refused(check(pool, 'nobody', PASSWORD, hiding), 'credentials-wrong');
  await refused(check(pool, 'maria', 'wrong', hiding), 'credentials-wrong');
});

test('ATK-47 an attempt costs one hash, whether the user is known, unknown, disabled or has no password', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  await confirmed(pool, 'disabled');
  await disableUser(pool, 'disabled');
  const bare = await confirmed(pool, 'bare');
  await changeAccount(pool, bare.id, ({ passwordHash: _, ...current }) => current);
  for (const username of ['maria', 'nobody', 'disabled', 'bare']) {
    const before = pool.hashes();
    await refused(check(pool, username, 'wrong', hiding), 'credentials-wrong');
    assert.equal(pool.hashes() - before, 1, username);
  }
});

test('ATK-47 unknown names are locked like known ones', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  for (const username of ['maria', 'nobody']) {
    for (let tries = 0; tries < 5; tries++)
      await refused(check(pool, username, 'wrong', hiding), 'credentials-wrong');
    await refused(check(pool, username, PASSWORD, hiding), 'attempts-exceeded');
  }
});

test('ATK-42 guesses count for the account, whatever name and client it is called by', async () => {
  const pool = await newPool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
  await unconfirmed(pool, 'maria', email);
  await confirmSignUp(pool, client, { username: 'maria', code: pool.lastCode() });
  for (const name of ['maria', 'mia@example.com', 'maria', 'mia@example.com', 'maria'])
    await refused(check(pool, name, 'wrong', name === 'maria' ? client : hiding), 'credentials-wrong');
  for (const name of ['maria', 'mia@example.com']) await refused(check(pool, name), 'attempts-exceeded');
});

test('ATK-40 fifty wrong passwords at the same moment are compared five times', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  const before = pool.hashes();
  await Promise.allSettled(Array.from({ length: 50 }, () => check(pool, 'maria', 'wrong')));
  assert.equal(pool.hashes() - before, 5);
});

test('USR-05 a disabled account is refused, and enabling it restores what it was', async () => {
  const pool = await newPool();
  const { status } = await confirmed(pool, 'maria');
  await disableUser(pool, 'maria');
  await refused(check(pool, 'maria'), 'user-disabled', 'User is disabled.');
  await refused(check(pool, 'maria', 'wrong', hiding), 'credentials-wrong');
  await refused(check(pool, 'maria', PASSWORD, hiding), 'user-disabled');
  await enableUser(pool, 'maria');
  assert.equal((await check(pool, 'maria')).status, status);
});

test('USR-08 an account that must reset its password is told so whatever the password', async () => {
  const pool = await newPool();
  const { id } = await confirmed(pool, 'maria');
  await changeAccount(pool, id, ({ passwordHash: _, ...current }) => ({
    ...current,
    status: 'RESET_REQUIRED',
  }));
  for (const password of [PASSWORD, 'wrong'])
    await refused(
      check(pool, 'maria', password),
      'password-reset-required',
      'Password reset required for the user',
    );
});

const invited = { username: 'maria', attributes: {}, suppressInvitation: true };

test('USR-80 ATK-28 a temporary password works for the configured days and not a moment longer', async () => {
  for (const days of [0, 7, 30]) {
    const pool = await newPool();
    pool.settings.Policies = {
      PasswordPolicy: { ...pool.settings.Policies.PasswordPolicy, TemporaryPasswordValidityDays: days },
    };
    await createUser(pool, { ...invited, temporaryPassword: PASSWORD });
    pool.clock.at += (days || 7) * DAY - 1;
    const account = await check(pool, 'maria');
    pool.clock.at += 1;
    await refused(
      check(pool, 'maria'),
      'temporary-password-expired',
      'Temporary password has expired and must be reset by an administrator.',
    );
    // Proven in time, but the new password comes too late.
    await refused(
      setNewPassword(pool, client, account, { password: 'N3w-Passw0rd!', attributes: {} }),
      'temporary-password-expired',
    );
  }
});

test('the older setting of how long an invitation lasts is honoured where the newer one is not given', async () => {
  const pool = await newPool();
  const { TemporaryPasswordValidityDays: _, ...PasswordPolicy } = pool.settings.Policies.PasswordPolicy;
  pool.settings.Policies = { PasswordPolicy };
  pool.settings.AdminCreateUserConfig = {
    ...pool.settings.AdminCreateUserConfig,
    UnusedAccountValidityDays: 2,
  };
  await createUser(pool, { ...invited, temporaryPassword: PASSWORD });
  pool.clock.at += 2 * DAY;
  await refused(check(pool, 'maria'), 'temporary-password-expired');
});

test('USR-69 an expired invitation that is sent again works again', async () => {
  const pool = await newPool();
  await createUser(pool, { ...invited, temporaryPassword: PASSWORD });
  pool.clock.at += 8 * DAY;
  await resendInvitation(pool, { username: 'maria', temporaryPassword: 'An0ther-Passw0rd!' });
  await check(pool, 'maria', 'An0ther-Passw0rd!');
  await refused(check(pool, 'maria'), 'credentials-wrong');
});

test('USR-81 once a person chose a password the account never expires', async () => {
  const pool = await newPool();
  await createUser(pool, { ...invited, temporaryPassword: PASSWORD });
  const account = await check(pool, 'maria');
  const password = 'N3w-Passw0rd!';
  await setNewPassword(pool, client, account, { password, attributes: {} });
  pool.clock.at += 4000 * DAY;
  assert.equal((await check(pool, 'maria', password)).status, 'CONFIRMED');
});

test('USR-223 a password outlives a stronger policy', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  pool.settings.Policies = {
    PasswordPolicy: { ...pool.settings.Policies.PasswordPolicy, MinimumLength: 99 },
  };
  await check(pool, 'maria');
});

test('an older hash is renewed at the next sign-in, and the account does not count as modified', async () => {
  const pool = await newPool();
  const account = await confirmed(pool, 'maria');
  await pool.accounts.update(account.id, (current) => ({
    ...current,
    passwordHash: bcrypt.hashSync('imported', 4),
  }));
  pool.clock.at += DAY;
  await refused(check(pool, 'maria', 'wrong'), 'credentials-wrong');
  const renewed = await check(pool, 'maria', 'imported');
  assert.match(renewed.passwordHash ?? '', /^\$argon2id\$/);
  assert.equal(renewed.modifiedAt, account.modifiedAt);
  await check(pool, 'maria', 'imported');
});

test('a password that an administrator sets ends a lock', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  for (let tries = 0; tries < 5; tries++) await check(pool, 'maria', 'wrong').catch(() => undefined);
  await refused(check(pool, 'maria'), 'attempts-exceeded');
  await setUserPassword(pool, { username: 'maria', password: PASSWORD, permanent: true });
  await check(pool, 'maria');
});
