import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { createUser } from '../administration/create-user.ts';
import { disableUser } from '../administration/disable-user.ts';
import { findAccount } from '../find-account.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { newPool } from '../testing/new-pool.ts';
import { HOUR, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { changeAccount } from '../write-account.ts';
import { confirmForgotPassword } from './confirm-forgot-password.ts';
import { forgotPassword } from './forgot-password.ts';

const client = testClient();
const hiding = testClient({ PreventUserExistenceErrors: 'ENABLED' });
const NEW = 'N3w-Passw0rd!';
const proven = { email: 'mia@example.com', email_verified: 'true' };
const phone = { phone_number: '+12065550100', phone_number_verified: 'true' };

async function open(
  attributes: Record<string, string> = proven,
  change: Partial<PoolSettings> = {},
  more?: Parameters<typeof newPool>[1],
) {
  const pool = await newPool(change, more);
  const { id } = await confirmed(pool, 'maria');
  const account = await set(pool, id, { attributes });
  return { pool, account };
}
const set = (pool: TestPool, id: string, change: Partial<Account>) =>
  changeAccount(pool, id, (current) => ({ ...current, ...change }));
const maria = { username: 'maria' };

test('USR-16 a code is sent to the verified address, and nothing changes until it comes back', async () => {
  const { pool, account } = await open();
  assert.deepEqual(await forgotPassword(pool, client, maria), {
    destination: 'm***@e***',
    medium: 'EMAIL',
    attribute: 'email',
  });
  assert.equal(pool.lastMail().to, 'mia@example.com');
  assert.deepEqual(await findAccount(pool, 'maria'), account);
  await checkPassword(pool, client, { username: 'maria', password: PASSWORD });
});

test('USR-15 the code sets a new password, confirms, and signs out everywhere', async () => {
  const { pool, account } = await open();
  await set(pool, account.id, { status: 'RESET_REQUIRED' });
  await forgotPassword(pool, client, maria);
  const reset = await confirmForgotPassword(pool, client, {
    ...maria,
    code: pool.lastCode(),
    password: NEW,
  });
  assert.equal(reset.status, 'CONFIRMED');
  assert.equal(reset.epoch, account.epoch + 1);
  await checkPassword(pool, client, { username: 'maria', password: NEW });
  await refused(checkPassword(pool, client, { username: 'maria', password: PASSWORD }), 'credentials-wrong');
});

test('USR-59 the code lives for an hour', async () => {
  const { pool } = await open();
  await forgotPassword(pool, client, maria);
  const answer = { ...maria, code: pool.lastCode(), password: NEW };
  pool.clock.at += HOUR;
  await refused(confirmForgotPassword(pool, client, answer), 'code-expired');
  await forgotPassword(pool, client, maria);
  pool.clock.at += HOUR - 1;
  await confirmForgotPassword(pool, client, { ...answer, code: pool.lastCode() });
});

test('USR-60 ATK-24 nothing is sent to a contact that is not verified', async () => {
  const unproven: Record<string, string>[] = [
    {},
    { email: 'mia@example.com' },
    { ...proven, email_verified: 'false' },
  ];
  for (const attributes of unproven) {
    const { pool } = await open(attributes);
    await refused(
      forgotPassword(pool, client, maria),
      'no-verified-contact',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
    assert.equal(pool.outbox.sent().length, 0);
  }
});

test('USR-61 with both verified it goes by SMS, unless the pool says otherwise', async () => {
  const both = { ...proven, ...phone };
  const bySms = await open(both);
  const delivery = await forgotPassword(bySms.pool, client, maria);
  assert.deepEqual(delivery, { destination: '+*******0100', medium: 'SMS', attribute: 'phone_number' });
  const [code = ''] = /\d{6}/.exec(bySms.pool.lastSms().text) ?? [];
  await confirmForgotPassword(bySms.pool, client, { ...maria, code, password: NEW });
  const mechanisms = (...names: ('verified_email' | 'verified_phone_number' | 'admin_only')[]) => ({
    AccountRecoverySetting: {
      RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })).reverse(),
    },
  });
  const byMail = await open(both, mechanisms('verified_email', 'verified_phone_number'));
  assert.equal((await forgotPassword(byMail.pool, client, maria)).medium, 'EMAIL');
  const phoneOnly = await open(both, mechanisms('verified_phone_number'));
  assert.equal((await forgotPassword(phoneOnly.pool, client, maria)).medium, 'SMS');
  const nobody = await open(both, mechanisms('admin_only'));
  await refused(forgotPassword(nobody.pool, client, maria), 'no-verified-contact');
});

test('USR-62 the policy holds for the new password, and a weak one does not use the code up', async () => {
  const { pool } = await open();
  await forgotPassword(pool, client, maria);
  const code = pool.lastCode();
  await refused(confirmForgotPassword(pool, client, { ...maria, code, password: 'weak' }), 'password-policy');
  await confirmForgotPassword(pool, client, { ...maria, code, password: NEW });
});

test('ATK-26 a code resets one password once, also when it comes fifty times at the same moment', async () => {
  const { pool } = await open();
  await forgotPassword(pool, client, maria);
  const answer = { ...maria, code: pool.lastCode(), password: NEW };
  const all = await Promise.allSettled(
    Array.from({ length: 50 }, () => confirmForgotPassword(pool, client, answer)),
  );
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  await refused(confirmForgotPassword(pool, client, answer), 'code-expired');
});

test('ATK-40 fifty guesses at the same moment get five tries', async () => {
  const { pool } = await open();
  await forgotPassword(pool, client, maria);
  const code = pool.lastCode() === '000000' ? '000001' : '000000';
  const all = await Promise.allSettled(
    Array.from({ length: 50 }, () => confirmForgotPassword(pool, client, { ...maria, code, password: NEW })),
  );
  const wrong = all.filter((one) => one.status === 'rejected' && one.reason.reason === 'code-wrong');
  assert.equal(wrong.length, 5);
  await refused(
    confirmForgotPassword(pool, client, { ...maria, code: pool.lastCode(), password: NEW }),
    'code-attempts-exceeded',
  );
});

test('ATK-24 a code for signing up sets no password, and one sent to an address that changed does not either', async () => {
  const { pool, account } = await open();
  await pool.sessions.put('code', `confirm-sign-up/${account.id}`, {}, pool.clock.at + HOUR);
  const answer = { ...maria, code: '000000', password: NEW };
  await refused(confirmForgotPassword(pool, client, answer), 'code-expired');

  await forgotPassword(pool, client, maria);
  await set(pool, account.id, { attributes: { ...proven, email: 'eve@example.com' } });
  await refused(confirmForgotPassword(pool, client, { ...answer, code: pool.lastCode() }), 'code-expired');
});

test('USR-60 ATK-24 a code is void once its contact is proven no more: another has it, or an administrator said so', async () => {
  const { pool, account } = await open();
  await forgotPassword(pool, client, maria);
  const answer = { ...maria, code: pool.lastCode(), password: NEW };
  await set(pool, account.id, { attributes: { ...proven, email_verified: 'false' } });
  await refused(confirmForgotPassword(pool, client, answer), 'code-expired');
  await set(pool, account.id, { attributes: proven });
  await confirmForgotPassword(pool, client, answer);
});

test('USR-17 who has a temporary password cannot reset it, who is disabled cannot either', async () => {
  const { pool } = await open();
  const attributes = { email: 'mia@example.com', email_verified: 'true' };
  await createUser(pool, { username: 'invited', attributes, suppressInvitation: true });
  await refused(
    forgotPassword(pool, client, { username: 'invited' }),
    'cannot-reset-password',
    'User password cannot be reset in the current state.',
  );
  await forgotPassword(pool, client, maria);
  await disableUser(pool, 'maria');
  await refused(forgotPassword(pool, client, maria), 'user-disabled');
  const answer = { ...maria, code: pool.lastCode(), password: NEW };
  await refused(confirmForgotPassword(pool, client, answer), 'user-disabled');
  await refused(confirmForgotPassword(pool, hiding, answer), 'code-expired');
});

test('ATK-47 where existence is hidden, everybody gets the same answers, up to the limits', async () => {
  const { pool } = await open();
  await createUser(pool, { username: 'invited', attributes: {}, suppressInvitation: true });
  await confirmed(pool, 'disabled');
  await disableUser(pool, 'disabled');
  await confirmed(pool, 'unproven');
  for (const username of ['maria', 'nobody', 'invited', 'disabled', 'unproven']) {
    const guess = () => confirmForgotPassword(pool, hiding, { username, code: '00000', password: NEW });
    await refused(guess(), 'code-expired');
    const delivery = await forgotPassword(pool, hiding, { username });
    assert.match(delivery.destination, /^[a-z]\*\*\*@[a-z]\*\*\*$/, username);
    assert.deepEqual(await forgotPassword(pool, hiding, { username }), delivery);
    for (let tries = 1; tries < 5; tries++) await refused(guess(), 'code-wrong');
    await refused(guess(), 'code-attempts-exceeded');
    for (let sends = 2; sends < 5; sends++) await forgotPassword(pool, hiding, { username });
    await refused(forgotPassword(pool, hiding, { username }), 'code-attempts-exceeded');
  }
  assert.ok(pool.outbox.sent().every(({ to }) => to === 'mia@example.com'));
});

test('an address that somebody asks about is masked itself, as it would be for an account of that name', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const delivery = await forgotPassword(pool, hiding, { username: 'zoe@sample.org' });
  assert.equal(delivery.destination, 'z***@s***');
});

test('ATK-47 where people are sent text messages, a name without an account seems to be too', async () => {
  const sms = { ...phone, email: 'mia@example.com' };
  const { pool } = await open(sms, { AutoVerifiedAttributes: ['phone_number'] });
  const known = await forgotPassword(pool, hiding, maria);
  const unknown = await forgotPassword(pool, hiding, { username: 'nobody' });
  assert.match(unknown.destination, /^\+\*{7}\d{4}$/);
  assert.deepEqual({ ...unknown, destination: known.destination }, known);
  assert.deepEqual(await forgotPassword(pool, hiding, { username: 'nobody' }), unknown);
  const aliased = await open(sms, { AutoVerifiedAttributes: ['phone_number'], AliasAttributes: ['email'] });
  assert.equal((await forgotPassword(aliased.pool, hiding, { username: 'zoe@sample.org' })).medium, 'SMS');
  const RecoveryMechanisms = [{ Name: 'verified_email' as const, Priority: 1 }];
  const mailed = await open(sms, {
    AutoVerifiedAttributes: ['phone_number', 'email'],
    AccountRecoverySetting: { RecoveryMechanisms },
  });
  assert.equal((await forgotPassword(mailed.pool, hiding, { username: 'nobody' })).medium, 'EMAIL');
});

test('a mail server that is away is told, but not where existence is hidden', async () => {
  const { pool } = await open(proven, {}, { mail: openNowhere() });
  await refused(forgotPassword(pool, client, maria), 'delivery-failed');
  assert.equal((await forgotPassword(pool, hiding, maria)).destination, 'm***@e***');
});

test('an unknown user is told to exist only where the client does not hide it', async () => {
  const { pool } = await open();
  await refused(forgotPassword(pool, client, { username: 'nobody' }), 'user-not-found');
  const answer = { username: 'nobody', code: '000000', password: NEW };
  await refused(confirmForgotPassword(pool, client, answer), 'user-not-found');
});

test('resetting ends a lock', async () => {
  const { pool } = await open();
  for (let tries = 0; tries < 5; tries++)
    await checkPassword(pool, client, { username: 'maria', password: 'wrong' }).catch(() => undefined);
  await forgotPassword(pool, client, maria);
  await confirmForgotPassword(pool, client, { ...maria, code: pool.lastCode(), password: NEW });
  await checkPassword(pool, client, { username: 'maria', password: NEW });
});
