import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { findAccount } from '../find-account.ts';
import { confirmForgotPassword } from '../recovery/confirm-forgot-password.ts';
import { forgotPassword } from '../recovery/forgot-password.ts';
import { newPool } from '../testing/new-pool.ts';
import { DAY, MINUTE, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { changeAccount } from '../write-account.ts';
import { changeOwnAttributes } from './change-own-attributes.ts';
import { requestVerification } from './request-verification.ts';
import { verifyAttribute } from './verify-attribute.ts';

const client = testClient();
const email = 'mia@example.com';
const phone_number = '+12065550100';
const first: Partial<PoolSettings> = {
  AutoVerifiedAttributes: ['email'],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
};
const now = async (pool: TestPool, { id }: Account) => (await pool.accounts.find(id)) ?? assert.fail();
const verify = (pool: TestPool, account: Account, code: string, name = 'email') =>
  verifyAttribute(pool, account, { name, code });
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

/** Asks for a code as somebody who reads the account's mail, and reads it. */
async function codeFor(pool: TestPool, account: Account): Promise<string> {
  await requestVerification(pool, await now(pool, account), { name: 'email' });
  return pool.lastCode();
}

test('USR-50 USR-51 a code is sent on request, and verifies the contact that it went to and no other', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const maria = await confirmed(pool, 'maria', { email, phone_number });
  const delivery = await requestVerification(pool, maria, { name: 'email' });
  assert.deepEqual(delivery, { destination: 'm***@e***', medium: 'EMAIL', attribute: 'email' });
  assert.equal(await findAccount(pool, email), undefined);
  const { attributes } = await verify(pool, maria, pool.lastCode());
  assert.equal(attributes['email_verified'], 'true');
  assert.equal(attributes['phone_number_verified'], 'false');
  assert.equal((await findAccount(pool, email))?.id, maria.id);
  await codeFor(pool, maria);
});

test('USR-50 a code for a telephone number goes there, and is none for the address', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria', { email, phone_number });
  const delivery = await requestVerification(pool, maria, { name: 'phone_number' });
  assert.deepEqual(delivery, { destination: '+*******0100', medium: 'SMS', attribute: 'phone_number' });
  const { to, text } = pool.lastSms();
  assert.equal(to, phone_number);
  const code = /\b\d{6}\b/.exec(text)?.[0] ?? assert.fail();
  await refused(verify(pool, maria, code), 'code-expired');
  await requestVerification(pool, maria, { name: 'email' });
  const { attributes } = await verify(pool, maria, code, 'phone_number');
  assert.equal(attributes['phone_number_verified'], 'true');
  assert.equal(attributes['email_verified'], 'false');
});

test('USR-50 there is nothing to verify but contacts that have a value', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria', { phone_number, nickname: 'Mimi' });
  for (const name of ['email', 'nickname', 'email_verified', 'none'])
    await refused(requestVerification(pool, maria, { name }), 'invalid-parameter');
  await refused(verify(pool, maria, '123456', 'nickname'), 'invalid-parameter');
  await refused(verify(pool, maria, '123456'), 'code-expired');
});

test('USR-51 a wrong code is wrong, a used one used, and after 24 hours the right one has expired', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria', { email });
  const code = await codeFor(pool, maria);
  await refused(verify(pool, maria, wrong(code)), 'code-wrong');
  pool.clock.at += DAY - 1;
  await verify(pool, maria, code);
  await refused(verify(pool, maria, code), 'code-expired');
  const late = await codeFor(pool, maria);
  pool.clock.at += DAY;
  await refused(verify(pool, maria, late), 'code-expired');
});

test('ATK-24 a code proves the address that it was sent to, not one that took its place', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria', { email });
  const code = await codeFor(pool, maria);
  await changeOwnAttributes(pool, client, maria, { given: { email: 'victim@example.com' } });
  await refused(verify(pool, maria, code), 'code-expired');
  assert.equal((await now(pool, maria)).attributes['email_verified'], 'false');
});

test('ATK-24 a code is for one purpose and one person', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria', { email });
  const paul = await confirmed(pool, 'paul', { email });
  const code = await codeFor(pool, maria);
  await refused(verify(pool, paul, code), 'code-expired');
  let own = code;
  while (own === code) own = await codeFor(pool, paul);
  await refused(verify(pool, paul, code), 'code-wrong');
  await verify(pool, maria, code);
  const taken = { username: 'maria', code: own, password: `${PASSWORD}2` };
  await forgotPassword(pool, client, { username: 'maria' });
  const reset = pool.lastCode();
  if (reset !== own) await refused(confirmForgotPassword(pool, client, taken), 'code-wrong');
  await refused(verify(pool, maria, reset), 'code-expired');
});

test('ATK-40 fifty guesses at the same moment get five tries', async () => {
  const pool = await newPool();
  const maria = await confirmed(pool, 'maria', { email });
  const code = wrong(await codeFor(pool, maria));
  const guesses = await Promise.allSettled(Array.from({ length: 50 }, () => verify(pool, maria, code)));
  const reasons = guesses.map((guess) => (guess.status === 'rejected' ? guess.reason.reason : 'right'));
  assert.equal(reasons.filter((reason) => reason === 'code-wrong').length, 5);
  assert.equal(reasons.filter((reason) => reason === 'code-attempts-exceeded').length, 45);
});

test('USR-183 a contact that is another’s alias is not verified, and the code stays good', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const maria = await confirmed(pool, 'maria', { email });
  const paul = await confirmed(pool, 'paul', { email });
  await verify(pool, maria, await codeFor(pool, maria));
  const code = await codeFor(pool, paul);
  const text = 'An account with the given email already exists.';
  await refused(verify(pool, paul, code), 'alias-taken', text);
  assert.equal((await findAccount(pool, email))?.id, maria.id);
  await changeOwnAttributes(pool, client, await now(pool, maria), { given: { email: 'else@example.com' } });
  await verify(pool, paul, code);
  assert.equal((await findAccount(pool, email))?.id, paul.id);
});

test('USR-183 of twenty who verify one address at the same moment one gets it', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const people = [];
  for (let i = 0; i < 20; i++) {
    const account = await confirmed(pool, `person-${i}`, { email });
    people.push({ account, code: await codeFor(pool, account) });
    // One address is not sent many messages in a short time.
    pool.clock.at += 5 * MINUTE;
  }
  const all = await Promise.allSettled(people.map(({ account, code }) => verify(pool, account, code)));
  const [winner, ...more] = all.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  assert.equal(more.length, 0);
  assert.equal((await findAccount(pool, email))?.id, winner?.id);
  for (const result of all)
    if (result.status === 'rejected') assert.equal(result.reason.reason, 'alias-taken');
});

test('USR-55 the code puts the new contact in the old one’s place, verified', async () => {
  const pool = await newPool({ ...first, AliasAttributes: ['email'] });
  const maria = await confirmed(pool, 'maria', { email });
  await changeOwnAttributes(pool, client, maria, { given: { email: 'new@example.org' } });
  const lost = pool.lastCode();
  // Asked for again, the code goes to the address that waits, not to the old one.
  await codeFor(pool, maria);
  assert.equal(pool.lastMail().to, 'new@example.org');
  assert.equal((await now(pool, maria)).attributes['email'], email);
  if (lost !== pool.lastCode()) await refused(verify(pool, maria, lost), 'code-wrong');
  const { attributes } = await verify(pool, maria, pool.lastCode());
  assert.equal(attributes['email'], 'new@example.org');
  assert.equal(attributes['email_verified'], 'true');
  assert.equal((await findAccount(pool, 'new@example.org'))?.id, maria.id);
});

test('USR-55 what waits is given up by writing the old value again, and by anybody who changes it meanwhile', async () => {
  const pool = await newPool(first);
  const maria = await confirmed(pool, 'maria', { email });
  const change = async (to: string) => {
    await changeOwnAttributes(pool, client, await now(pool, maria), { given: { email: to } });
    return pool.lastCode();
  };
  const given = await change('new@example.org');
  await changeOwnAttributes(pool, client, maria, { given: { email } });
  await refused(verify(pool, maria, given), 'code-expired');
  const code = await change('new@example.org');
  await changeAccount(pool, maria.id, (current) => ({
    ...current,
    attributes: { ...current.attributes, email: 'admin@example.com' },
  }));
  await refused(verify(pool, maria, code), 'code-expired');
  assert.equal((await now(pool, maria)).attributes['email'], 'admin@example.com');
  await codeFor(pool, maria);
  assert.equal(pool.lastMail().to, 'admin@example.com');
});

test('USR-55 whoever has no contact yet holds the first one when it is verified', async () => {
  const pool = await newPool(first);
  const maria = await confirmed(pool, 'maria');
  await changeOwnAttributes(pool, client, maria, { given: { email } });
  assert.equal((await now(pool, maria)).attributes['email'], undefined);
  await changeOwnAttributes(pool, client, maria, { given: { nickname: 'Mimi' } });
  assert.equal((await verify(pool, maria, pool.lastCode())).attributes['email'], email);
});
