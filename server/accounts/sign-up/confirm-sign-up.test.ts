import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { disableUser } from '../administration/disable-user.ts';
import { enableUser } from '../administration/enable-user.ts';
import { findAccount } from '../find-account.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { newPool } from '../testing/new-pool.ts';
import { DAY, HOUR, type TestPool, testClient } from '../testing/open-pool.ts';
import { PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { changeAccount } from '../write-account.ts';
import { adminConfirmSignUp } from './admin-confirm-sign-up.ts';
import { confirmSignUp } from './confirm-sign-up.ts';
import { resendConfirmation } from './resend-confirmation.ts';

const client = testClient();
const hiding = testClient({ PreventUserExistenceErrors: 'ENABLED' });
const email = { email: 'mia@example.com' };

function open(change: Partial<PoolSettings> = {}, more?: Parameters<typeof newPool>[1]): Promise<TestPool> {
  return newPool({ AutoVerifiedAttributes: ['email'], ...change }, more);
}
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

test('USR-34 the right code confirms, and verifies exactly the contact that it went to', async () => {
  const pool = await open({ AliasAttributes: ['email'] });
  await unconfirmed(pool, 'maria', { ...email, phone_number: '+12065550100' });
  assert.equal(await findAccount(pool, 'mia@example.com'), undefined);
  const account = await confirmSignUp(pool, client, { username: 'maria', code: pool.lastCode() });
  assert.equal(account.status, 'CONFIRMED');
  assert.equal(account.attributes['email_verified'], 'true');
  assert.equal(account.attributes['phone_number_verified'], 'false');
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, account.id);
});

test('USR-29 USR-34 with both contacts only the telephone is written to, and it is what the code verifies', async () => {
  const pool = await open({
    AutoVerifiedAttributes: ['email', 'phone_number'],
    AliasAttributes: ['phone_number'],
  });
  await unconfirmed(pool, 'maria', { ...email, phone_number: '+12065550100' });
  assert.equal(pool.outbox.sent().length, 0);
  const { to, text } = pool.lastSms();
  assert.equal(to, '+12065550100');
  const [, code = ''] = /^Your verification code is (\d{6})\.$/.exec(text) ?? [];
  const account = await confirmSignUp(pool, client, { username: 'maria', code });
  assert.equal(account.attributes['phone_number_verified'], 'true');
  assert.equal(account.attributes['email_verified'], 'false');
  assert.equal((await findAccount(pool, '+12065550100'))?.id, account.id);
});

test('USR-36 a wrong code is wrong; after 24 hours the right one has expired', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const code = pool.lastCode();
  await refused(confirmSignUp(pool, client, { username: 'maria', code: wrong(code) }), 'code-wrong');
  pool.clock.at += DAY - 1;
  await refused(confirmSignUp(pool, client, { username: 'maria', code: wrong(code) }), 'code-wrong');
  pool.clock.at += 1;
  await refused(confirmSignUp(pool, client, { username: 'maria', code }), 'code-expired');
  assert.equal((await findAccount(pool, 'maria'))?.status, 'UNCONFIRMED');
});

test('USR-37 ATK-26 a confirmed account is not confirmed again, whatever code comes', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const code = pool.lastCode();
  await confirmSignUp(pool, client, { username: 'maria', code });
  for (const again of [code, wrong(code)])
    await refused(
      confirmSignUp(pool, client, { username: 'maria', code: again }),
      'cannot-confirm',
      'User cannot be confirmed. Current status is CONFIRMED',
    );
});

test('USR-38 after five wrong codes within an hour the right one does not help either, later it does', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const code = pool.lastCode();
  for (let tries = 0; tries < 5; tries++)
    await refused(confirmSignUp(pool, client, { username: 'maria', code: wrong(code) }), 'code-wrong');
  await refused(
    confirmSignUp(pool, client, { username: 'maria', code }),
    'code-attempts-exceeded',
    'Attempt limit exceeded, please try after some time.',
  );
  await resendConfirmation(pool, client, { username: 'maria' });
  await refused(
    confirmSignUp(pool, client, { username: 'maria', code: pool.lastCode() }),
    'code-attempts-exceeded',
  );
  pool.clock.at += HOUR;
  await confirmSignUp(pool, client, { username: 'maria', code: pool.lastCode() });
});

test('ATK-40 fifty guesses at the same moment get five tries', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const code = wrong(pool.lastCode());
  const guesses = await Promise.allSettled(
    Array.from({ length: 50 }, () => confirmSignUp(pool, client, { username: 'maria', code })),
  );
  const reasons = guesses.map((guess) => (guess.status === 'rejected' ? guess.reason.reason : 'right'));
  assert.equal(reasons.filter((reason) => reason === 'code-wrong').length, 5);
  assert.equal(reasons.filter((reason) => reason === 'code-attempts-exceeded').length, 45);
});

test('a code that comes fifty times at the same moment is used once', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const code = pool.lastCode();
  const all = await Promise.allSettled(
    Array.from({ length: 50 }, () => confirmSignUp(pool, client, { username: 'maria', code })),
  );
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('an unknown name is told to exist only where the client does not hide it', async () => {
  const pool = await open();
  await refused(confirmSignUp(pool, client, { username: 'nobody', code: '123456' }), 'user-not-found');
  await refused(resendConfirmation(pool, client, { username: 'nobody' }), 'user-not-found');
  await refused(confirmSignUp(pool, hiding, { username: 'nobody', code: '123456' }), 'code-expired');
  const made = await resendConfirmation(pool, hiding, { username: 'nobody' });
  assert.match(made.destination, /^[a-z]\*\*\*@[a-z]\*\*\*$/);
  assert.deepEqual(await resendConfirmation(pool, hiding, { username: 'nobody' }), made);
  assert.equal(pool.outbox.sent().length, 0);
  for (let sends = 2; sends < 5; sends++) await resendConfirmation(pool, hiding, { username: 'nobody' });
  await refused(resendConfirmation(pool, hiding, { username: 'nobody' }), 'code-attempts-exceeded');
});

test('USR-41 USR-42 an administrator confirms without verifying anything, and only what is unconfirmed', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const account = await adminConfirmSignUp(pool, 'maria');
  assert.equal(account.status, 'CONFIRMED');
  assert.equal(account.attributes['email_verified'], 'false');
  await refused(
    adminConfirmSignUp(pool, 'maria'),
    'cannot-confirm',
    'User cannot be confirmed. Current status is CONFIRMED',
  );
  await refused(adminConfirmSignUp(pool, 'nobody'), 'user-not-found');
});

test('ATK-24 a code proves the address that it went to, not one that replaced it', async () => {
  const pool = await open();
  const { id } = await unconfirmed(pool, 'maria', email);
  const code = pool.lastCode();
  await changeAccount(pool, id, (current) => ({
    ...current,
    attributes: { ...current.attributes, email: 'eve@example.com' },
  }));
  await refused(confirmSignUp(pool, client, { username: 'maria', code }), 'code-expired');
  const account = await findAccount(pool, 'maria');
  assert.equal(account?.status, 'UNCONFIRMED');
  assert.equal(account.attributes['email_verified'], 'false');
});

test('USR-180 USR-181 USR-182 an address that is another account’s alias is taken over only on demand', async () => {
  const pool = await open({ AliasAttributes: ['email'] });
  await unconfirmed(pool, 'maria', email);
  const old = await confirmSignUp(pool, client, { username: 'maria', code: pool.lastCode() });
  const newcomer = await unconfirmed(pool, 'mia', email);
  const code = pool.lastCode();
  for (let tries = 0; tries < 2; tries++)
    await refused(
      confirmSignUp(pool, client, { username: 'mia', code }),
      'alias-taken',
      'An account with the given email already exists.',
    );
  assert.equal((await findAccount(pool, 'mia'))?.status, 'UNCONFIRMED');

  await confirmSignUp(pool, client, { username: 'mia', code, forceAliasCreation: true });
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, newcomer.id);
  const loser = await pool.accounts.find(old.id);
  assert.equal(loser?.attributes['email_verified'], 'false');
  assert.equal((await checkPassword(pool, client, { username: 'maria', password: PASSWORD })).id, old.id);
});

test('USR-180 of two who confirm one address at the same moment, one gets it and the other keeps the code', async () => {
  const pool = await open({ AliasAttributes: ['email'] });
  const codes: Record<string, string> = {};
  for (const username of ['one', 'two']) {
    await unconfirmed(pool, username, email);
    codes[username] = pool.lastCode();
  }
  const results = await Promise.allSettled(
    Object.entries(codes).map(([username, code]) => confirmSignUp(pool, client, { username, code })),
  );
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const loser = results[0]?.status === 'rejected' ? 'one' : 'two';
  const code = codes[loser] ?? '';
  await refused(confirmSignUp(pool, client, { username: loser, code }), 'alias-taken');
  await confirmSignUp(pool, client, { username: loser, code, forceAliasCreation: true });
  assert.equal((await findAccount(pool, 'mia@example.com'))?.username, loser);
});

test('a code of one pool is none in another, though the account has the same id', async () => {
  const [one, two] = [await open(), await open({}, { id: 'eu-central-1_Test00002' })];
  const account = await unconfirmed(one, 'maria', email);
  const record = await one.sessions.find('code', `confirm-sign-up/${account.id}`);
  assert.ok(record && !JSON.stringify(record).includes(one.lastCode()), 'the code itself is not stored');
  await two.accounts.create(account);
  await two.sessions.put('code', `confirm-sign-up/${account.id}`, record, two.clock.at + DAY);
  await refused(confirmSignUp(two, client, { username: 'maria', code: one.lastCode() }), 'code-wrong');
});

test('ATK-19 an account that was disabled is not confirmed, and takes no alias from anybody', async () => {
  const pool = await open({ AliasAttributes: ['email'] });
  await unconfirmed(pool, 'owner', email);
  await confirmSignUp(pool, client, { username: 'owner', code: pool.lastCode() });
  const { id } = await unconfirmed(pool, 'barred', email);
  const answer = { username: 'barred', code: pool.lastCode(), forceAliasCreation: true };
  await disableUser(pool, 'barred');
  await refused(confirmSignUp(pool, client, answer), 'user-disabled', 'User is disabled.');
  await refused(confirmSignUp(pool, hiding, answer), 'code-expired');
  assert.equal((await pool.accounts.find(id))?.status, 'UNCONFIRMED');
  assert.equal((await findAccount(pool, 'mia@example.com'))?.username, 'owner');
  await enableUser(pool, 'barred');
  assert.equal((await confirmSignUp(pool, client, answer)).status, 'CONFIRMED');
});
