import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DEFAULT_LIMITS, type Limited } from '../../settings/limits.ts';
import { SERVICE_RATES } from '../../settings/rates.ts';
import { changeOwnAttributes } from '../attributes/change-own-attributes.ts';
import { requestVerification } from '../attributes/request-verification.ts';
import { confirmForgotPassword } from '../recovery/confirm-forgot-password.ts';
import { forgotPassword } from '../recovery/forgot-password.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { confirmSignUp } from '../sign-up/confirm-sign-up.ts';
import { resendConfirmation } from '../sign-up/resend-confirmation.ts';
import { signUp } from '../sign-up/sign-up.ts';
import { MINUTE, openTestPool, SECOND, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { limitRate } from './limit-rate.ts';

const address = '203.0.113.9';
const client = testClient({ PreventUserExistenceErrors: 'ENABLED' });

let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool({ AutoVerifiedAttributes: ['email'] });
});
afterEach(() => pool.close());

function limit(what: Limited, perAddress: number): void {
  pool.limits = { ...DEFAULT_LIMITS, [what]: { perAddress, perPool: 0 } };
}

const guess = (username: string, password = 'Wr0ng-Horse!') =>
  checkPassword(pool, client, { username, password, address });

test('ATK-42 an address guesses a few times, over all accounts and names together; then nothing is hashed', async () => {
  await confirmed(pool, 'maria');
  await confirmed(pool, 'jan');
  limit('guesses', 3);
  await refused(guess('maria'), 'credentials-wrong');
  await refused(guess('jan'), 'credentials-wrong');
  await refused(guess('nobody'), 'credentials-wrong');
  const before = pool.hashes();
  for (const name of ['maria', 'jan', 'nobody']) await refused(guess(name, PASSWORD), 'too-many-requests');
  assert.equal(pool.hashes(), before);
  await checkPassword(pool, client, { username: 'maria', password: PASSWORD, address: '198.51.100.7' });
});

test('ATK-40 guesses of one address at the same moment are counted one by one', async () => {
  limit('guesses', 4);
  const before = pool.hashes();
  const names = Array.from({ length: 20 }, (_, index) => `nobody${index}`);
  const results = await Promise.allSettled(names.map((name) => guess(name)));
  assert.equal(pool.hashes() - before, 4);
  const reasons = results.map((result) => result.status === 'rejected' && result.reason.reason);
  assert.equal(reasons.filter((reason) => reason === 'too-many-requests').length, 16);
});

test('right passwords do not use the limit of an address up', async () => {
  await confirmed(pool, 'maria');
  limit('guesses', 2);
  for (let i = 0; i < 6; i++) await guess('maria', PASSWORD);
  await refused(guess('maria'), 'credentials-wrong');
  await guess('maria', PASSWORD);
});

test('codes are guessed within the same limit as passwords', async () => {
  await unconfirmed(pool, 'maria', { email: 'maria@example.com' });
  const code = pool.lastCode();
  const wrong = code === '000000' ? '000001' : '000000';
  limit('guesses', 3);
  const confirm = (given: string) => confirmSignUp(pool, client, { username: 'maria', code: given, address });
  await refused(guess('nobody'), 'credentials-wrong');
  await refused(confirm(wrong), 'code-wrong');
  const reset = { username: 'nobody', code: '123456', password: PASSWORD, address };
  await refused(confirmForgotPassword(pool, client, reset), 'code-expired');
  await refused(confirm(code), 'too-many-requests');
  await refused(confirmForgotPassword(pool, client, reset), 'too-many-requests');
  await confirmSignUp(pool, client, { username: 'maria', code, address: '198.51.100.7' });
});

test('ATK-47 who asks which names have an account, without any code, is stopped as who guesses codes is', async () => {
  const told = testClient({ PreventUserExistenceErrors: 'LEGACY' });
  await confirmed(pool, 'maria');
  limit('guesses', 3);
  const confirm = (username: string, by = told) =>
    confirmSignUp(pool, by, { username, code: '123456', address });
  const reset = { username: 'nobody', code: '123456', password: PASSWORD, address };
  await refused(confirm('maria', client), 'cannot-confirm');
  await refused(confirm('nobody'), 'user-not-found');
  await refused(confirmForgotPassword(pool, told, reset), 'user-not-found');
  await refused(confirm('maria', client), 'too-many-requests');
  await refused(confirm('nobody'), 'too-many-requests');
  await refused(confirmForgotPassword(pool, told, reset), 'too-many-requests');
});

test('ATK-47 who asks for other names as their own is told so many times that one is taken, and then nothing', async () => {
  const named = await openTestPool({ UsernameAttributes: ['email'] });
  named.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 2, perPool: 0 } };
  const maria = await confirmed(named, 'maria@example.com');
  await confirmed(named, 'jan@example.com');
  const ask = (email: string) => changeOwnAttributes(named, client, maria, { given: { email }, address });
  for (let i = 0; i < 4; i++)
    await changeOwnAttributes(named, client, maria, { given: { name: 'M' }, address });
  await ask('maria@example.com');
  for (let i = 0; i < 2; i++) await refused(ask('jan@example.com'), 'alias-taken');
  await refused(ask('jan@example.com'), 'too-many-requests');
  await refused(ask('free@example.com'), 'too-many-requests');
  await named.close();
});

test('an address asks for so many messages, for whomever, and then none is sent', async () => {
  await unconfirmed(pool, 'maria', { email: 'maria@example.com' });
  limit('messages', 2);
  await resendConfirmation(pool, client, { username: 'maria', address });
  await forgotPassword(pool, client, { username: 'nobody', address });
  const before = pool.outbox.sent().length;
  await refused(resendConfirmation(pool, client, { username: 'maria', address }), 'too-many-requests');
  await refused(forgotPassword(pool, client, { username: 'maria', address }), 'too-many-requests');
  assert.equal(pool.outbox.sent().length, before);
});

test('one contact is sent so many messages, however many accounts are made with it', async () => {
  const create = (username: string, email = 'victim@example.com') =>
    signUp(pool, client, { username, password: PASSWORD, attributes: { email }, address });
  for (let i = 0; i < 10; i++) assert.equal((await create(`u${i}`)).deliveryFailed, undefined);
  const { account, deliveryFailed } = await create('eleventh', 'Victim@Example.com');
  assert.equal(deliveryFailed?.reason, 'code-attempts-exceeded');
  const exceeded = 'code-attempts-exceeded';
  await refused(resendConfirmation(pool, client, { username: 'u1', address }), exceeded);
  await refused(requestVerification(pool, account, { name: 'email', address }), exceeded);
  const other = await confirmed(pool, 'jan', { email: 'jan@example.com' });
  const given = { email: 'victim@example.com' };
  await refused(changeOwnAttributes(pool, client, other, { given, address }), exceeded);
  assert.equal(pool.outbox.sent().filter(({ to }) => /victim/i.test(to)).length, 10);
  assert.equal((await create('jo', 'jo@example.com')).deliveryFailed, undefined);
  pool.clock.at += 15 * MINUTE;
  await resendConfirmation(pool, client, { username: 'u1', address });
});

test('ATK-47 sign-ups of an address are counted whether the name is taken or not, and forms filled in wrongly are not', async () => {
  await confirmed(pool, 'maria');
  limit('sign-ups', 2);
  const create = (username: string, password = PASSWORD) =>
    signUp(pool, client, { username, password, attributes: {}, address });
  await refused(create('jan', 'short'), 'password-policy');
  await create('jan');
  await refused(create('maria'), 'username-taken');
  const before = pool.hashes();
  await refused(create('maria'), 'too-many-requests');
  await refused(create('eva'), 'too-many-requests');
  assert.equal(pool.hashes(), before);
});

test('a pool takes as many calls of a kind in a second as its rate says, and any number without one', async () => {
  for (let i = 0; i < 100; i++) await limitRate(pool, 'list');
  pool.rates = { ...SERVICE_RATES, describe: 0 };
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => limitRate(pool, 'list')));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5);
  await limitRate(pool, 'configuration');
  await refused(limitRate(pool, 'configuration'), 'too-many-requests', 'Rate exceeded');
  for (let i = 0; i < 30; i++) await limitRate(pool, 'describe');
  pool.clock.at += SECOND;
  await limitRate(pool, 'configuration');
});

test('SEC-265 OPS-135 what is counted for a person is counted for nobody else, and five times in a second', async () => {
  pool.rates = SERVICE_RATES;
  for (let i = 0; i < 5; i++) await limitRate(pool, 'access-token', 'mia');
  await refused(limitRate(pool, 'access-token', 'mia'), 'too-many-requests', 'Rate exceeded');
  await limitRate(pool, 'access-token', 'noa');
  pool.clock.at += SECOND;
  await limitRate(pool, 'access-token', 'mia');
});
