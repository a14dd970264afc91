import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { disableUser } from '../administration/disable-user.ts';
import { newPool } from '../testing/new-pool.ts';
import { MINUTE, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, refused, unconfirmed } from '../testing/people.ts';
import { confirmSignUp } from './confirm-sign-up.ts';
import { resendConfirmation } from './resend-confirmation.ts';

const client = testClient();
const hiding = testClient({ PreventUserExistenceErrors: 'ENABLED' });
const email = { email: 'mia@example.com' };

function open(change: Partial<PoolSettings> = {}, more?: Parameters<typeof newPool>[1]): Promise<TestPool> {
  return newPool({ AutoVerifiedAttributes: ['email'], ...change }, more);
}

test('USR-39 a new code makes the earlier one void', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  const first = pool.lastCode();
  let second = first;
  // One in a million times both are the same digits.
  while (second === first) {
    const delivery = await resendConfirmation(pool, client, { username: 'maria' });
    assert.deepEqual(delivery, { destination: 'm***@e***', medium: 'EMAIL', attribute: 'email' });
    second = pool.lastCode();
  }
  await refused(confirmSignUp(pool, client, { username: 'maria', code: first }), 'code-wrong');
  await confirmSignUp(pool, client, { username: 'maria', code: second });
});

test('USR-40 a confirmed account is sent nothing', async () => {
  const pool = await open();
  await confirmed(pool, 'maria', email);
  const before = pool.outbox.sent().length;
  await refused(
    resendConfirmation(pool, client, { username: 'maria' }),
    'already-confirmed',
    'User is already confirmed.',
  );
  assert.equal(pool.outbox.sent().length, before);
});

test('a mailbox is not flooded: six within a quarter of an hour are too many', async () => {
  const pool = await open();
  await unconfirmed(pool, 'maria', email);
  for (let sends = 0; sends < 5; sends++) await resendConfirmation(pool, client, { username: 'maria' });
  await refused(resendConfirmation(pool, client, { username: 'maria' }), 'code-attempts-exceeded');
  assert.equal(pool.outbox.sent().length, 6);
  pool.clock.at += 15 * MINUTE;
  await resendConfirmation(pool, client, { username: 'maria' });
});

test('resending tells when it could not send, or has nowhere to send to', async () => {
  const away = await open({}, { mail: openNowhere() });
  await unconfirmed(away, 'maria', email);
  await refused(resendConfirmation(away, client, { username: 'maria' }), 'delivery-failed');
  const nothing = await open({ AutoVerifiedAttributes: [] });
  await unconfirmed(nothing, 'maria', email);
  await refused(resendConfirmation(nothing, client, { username: 'maria' }), 'no-contact-to-confirm');
  for (const username of ['maria', 'nobody'])
    await refused(resendConfirmation(nothing, hiding, { username }), 'no-contact-to-confirm');
});

test('ATK-47 who was disabled is sent nothing, and told so only where existence is not hidden', async () => {
  const pool = await open();
  await unconfirmed(pool, 'barred', email);
  await disableUser(pool, 'barred');
  const before = pool.outbox.sent().length;
  await refused(resendConfirmation(pool, client, { username: 'barred' }), 'user-disabled');
  for (const username of ['barred', 'nobody']) {
    const delivery = await resendConfirmation(pool, hiding, { username });
    assert.match(delivery.destination, /^[a-z]\*\*\*@[a-z]\*\*\*$/, username);
    for (let sends = 1; sends < 5; sends++) await resendConfirmation(pool, hiding, { username });
    await refused(resendConfirmation(pool, hiding, { username }), 'code-attempts-exceeded');
  }
  assert.equal(pool.outbox.sent().length, before);
});
