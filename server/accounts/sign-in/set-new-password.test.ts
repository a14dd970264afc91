import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { createUser } from '../administration/create-user.ts';
import { resendInvitation } from '../administration/resend-invitation.ts';
import type { Attributes } from '../attributes/check-attributes.ts';
import { findAccount } from '../find-account.ts';
import { newPool } from '../testing/new-pool.ts';
import { attribute, schema, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { checkPassword } from './check-password.ts';
import { setNewPassword } from './set-new-password.ts';

const client = testClient();
const NEW = 'N3w-Passw0rd!';
async function invite(change: Partial<PoolSettings> = {}, attributes: Attributes = {}, username = 'maria') {
  const pool = await newPool(change);
  const account = await createUser(pool, {
    username,
    attributes,
    temporaryPassword: PASSWORD,
    suppressInvitation: true,
  });
  return { pool, account };
}
const required = schema(
  attribute('given_name', { Required: true, Mutable: false }),
  attribute('custom:badge', { Mutable: false }),
);

test('USR-63 USR-205 the new password confirms, with what was missing, also what may not change later', async () => {
  const { pool, account } = await invite({ SchemaAttributes: required });
  const set = await setNewPassword(pool, client, account, {
    password: NEW,
    attributes: { given_name: 'Mia' },
  });
  assert.equal(set.status, 'CONFIRMED');
  assert.equal(set.attributes['given_name'], 'Mia');
  assert.equal(set.temporaryPasswordAt, undefined);
  await checkPassword(pool, client, { username: 'maria', password: NEW });
  await refused(checkPassword(pool, client, { username: 'maria', password: PASSWORD }), 'credentials-wrong');
  const badge = { password: NEW, attributes: { 'custom:badge': '7' } };
  const other = await invite({ SchemaAttributes: schema(attribute('custom:badge', { Mutable: false })) });
  await refused(
    setNewPassword(other.pool, testClient({ WriteAttributes: ['custom:badge'] }), other.account, badge),
    'attribute-immutable',
  );
});

test('a missing required attribute or a weak password changes nothing', async () => {
  const { pool, account } = await invite({ SchemaAttributes: required });
  await refused(setNewPassword(pool, client, account, { password: NEW, attributes: {} }), 'attribute-schema');
  const weak = { password: 'weak', attributes: { given_name: 'Mia' } };
  await refused(setNewPassword(pool, client, account, weak), 'password-policy');
  assert.equal((await findAccount(pool, 'maria'))?.status, 'FORCE_CHANGE_PASSWORD');
});

test('SEC-94 what is required and was given by the administrator may be changed, and is unproven then', async () => {
  const settings = { SchemaAttributes: schema(attribute('email', { Required: true })) };
  const { pool, account } = await invite(settings, { email: 'mia@example.com', email_verified: 'true' });
  const attributes = { email: 'new@example.com' };
  const set = await setNewPassword(pool, client, account, { password: NEW, attributes });
  assert.equal(set.attributes['email'], 'new@example.com');
  assert.equal(set.attributes['email_verified'], 'false');
});

test('SEC-95 nobody proves a contact by saying so', async () => {
  const { pool, account } = await invite();
  const attributes = { email: 'new@example.com', email_verified: 'true' };
  await refused(
    setNewPassword(pool, client, account, { password: NEW, attributes }),
    'attribute-not-writable',
  );
});

test('a person writes only what the client may', async () => {
  const { pool, account } = await invite();
  const narrow = testClient({ WriteAttributes: ['locale'] });
  await refused(
    setNewPassword(pool, narrow, account, { password: NEW, attributes: { nickname: 'Mimi' } }),
    'attribute-not-writable',
  );
});

test('USR-35 a contact that is changed on the way is proven no more, and its alias is gone', async () => {
  const { pool, account } = await invite(
    { AliasAttributes: ['email'] },
    { email: 'mia@example.com', email_verified: 'true' },
  );
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, account.id);
  const set = await setNewPassword(pool, client, account, {
    password: NEW,
    attributes: { email: 'new@example.com' },
  });
  assert.equal(set.attributes['email_verified'], 'false');
  assert.equal(await findAccount(pool, 'mia@example.com'), undefined);
  assert.equal(await findAccount(pool, 'new@example.com'), undefined);
});

test('a sign-in name of somebody else cannot be taken on the way', async () => {
  const { pool } = await invite({ UsernameAttributes: ['email', 'phone_number'] }, {}, '+12065550100');
  await confirmed(pool, 'mia@example.com');
  const account = await findAccount(pool, '+12065550100');
  assert.ok(account);
  await refused(
    setNewPassword(pool, client, account, { password: NEW, attributes: { email: 'mia@example.com' } }),
    'alias-taken',
  );
});

test('ATK-28 an invitation that was sent again in the meantime ends the one under way', async () => {
  const { pool, account } = await invite();
  await resendInvitation(pool, { username: 'maria' });
  await refused(setNewPassword(pool, client, account, { password: NEW, attributes: {} }), 'attempt-expired');
});

test('of two windows with one invitation, one sets the password', async () => {
  const { pool, account } = await invite();
  const results = await Promise.allSettled(
    [NEW, 'Other-Passw0rd!'].map((password) =>
      setNewPassword(pool, client, account, { password, attributes: {} }),
    ),
  );
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const again = { password: NEW, attributes: {} };
  await refused(setNewPassword(pool, client, account, again), 'attempt-expired');
});
