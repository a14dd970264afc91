import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import type { Attributes } from '../attributes/check-attributes.ts';
import { verifyAttribute } from '../attributes/verify-attribute.ts';
import { findAccount, requireAccount } from '../find-account.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { newPool } from '../testing/new-pool.ts';
import { attribute, DAY, schema, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { createUser } from './create-user.ts';
import { deleteUserAttributes } from './delete-user-attributes.ts';
import { resendInvitation } from './resend-invitation.ts';
import { updateUserAttributes } from './update-user-attributes.ts';

const client = testClient();
const invite = (pool: TestPool, username: string, attributes: Attributes = {}) =>
  createUser(pool, { username, attributes, temporaryPassword: PASSWORD, suppressInvitation: true });
const update = (pool: TestPool, username: string, given: Attributes) =>
  updateUserAttributes(pool, { username, given });
const remove = (pool: TestPool, username: string, ...names: string[]) =>
  deleteUserAttributes(pool, { username, names });
const attributesOf = async (pool: TestPool, username: string) =>
  (await requireAccount(pool, username)).attributes;
const sentTo = (pool: TestPool, address: string) => pool.outbox.sent().filter(({ to }) => to === address);

test('USR-54 a contact given with its flag is verified at once and sent nothing; without it, it is sent a code', async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
  await confirmed(pool, 'maria');
  await update(pool, 'maria', { email: 'a@example.com', email_verified: 'true' });
  assert.deepEqual(await attributesOf(pool, 'maria'), { email: 'a@example.com', email_verified: 'true' });
  assert.deepEqual(sentTo(pool, 'a@example.com'), []);

  await update(pool, 'maria', { email: 'b@example.com' });
  assert.deepEqual(await attributesOf(pool, 'maria'), { email: 'b@example.com', email_verified: 'false' });
  assert.equal(sentTo(pool, 'b@example.com').length, 1);
  await verifyAttribute(pool, await requireAccount(pool, 'maria'), {
    name: 'email',
    code: pool.lastCode(),
  });
  assert.equal((await attributesOf(pool, 'maria'))['email_verified'], 'true');

  await update(pool, 'maria', { email: 'b@example.com', nickname: 'Mimi' });
  assert.equal((await attributesOf(pool, 'maria'))['email_verified'], 'true', 'the same value again');
  assert.equal(sentTo(pool, 'b@example.com').length, 1);
});

test('USR-55 where a contact must be verified first it waits, unless the administrator vouches for it', async () => {
  const first = { AttributesRequireVerificationBeforeUpdate: ['email' as const] };
  const pool = await newPool({ AutoVerifiedAttributes: ['email'], UserAttributeUpdateSettings: first });
  await confirmed(pool, 'maria');
  const old = { email: 'a@example.com', email_verified: 'true' };
  await update(pool, 'maria', old);
  await update(pool, 'maria', { email: 'b@example.com', email_verified: 'false', nickname: 'Mimi' });
  assert.deepEqual(await attributesOf(pool, 'maria'), { ...old, nickname: 'Mimi' });
  const code = pool.lastCode();
  await update(pool, 'maria', { email: 'c@example.com', email_verified: 'true' });
  assert.equal((await attributesOf(pool, 'maria'))['email'], 'c@example.com');
  const late = verifyAttribute(pool, await requireAccount(pool, 'maria'), { name: 'email', code });
  await refused(late, 'code-expired');
  assert.equal((await attributesOf(pool, 'maria'))['email'], 'c@example.com');
});

test('giving the same contact again drops the one that waits', async () => {
  const first = { AttributesRequireVerificationBeforeUpdate: ['email' as const] };
  const pool = await newPool({ AutoVerifiedAttributes: ['email'], UserAttributeUpdateSettings: first });
  await confirmed(pool, 'maria');
  await update(pool, 'maria', { email: 'a@example.com', email_verified: 'true' });
  await update(pool, 'maria', { email: 'b@example.com' });
  await update(pool, 'maria', { email: 'a@example.com' });
  const code = pool.lastCode();
  const late = verifyAttribute(pool, await requireAccount(pool, 'maria'), { name: 'email', code });
  await refused(late, 'code-expired');
  assert.equal((await attributesOf(pool, 'maria'))['email'], 'a@example.com');
});

test('a sign-in name that is taken does not wait either: it is refused before anybody is written to', async () => {
  const first = { AttributesRequireVerificationBeforeUpdate: ['email' as const] };
  const pool = await newPool({
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: first,
  });
  for (const name of ['mia@example.com', 'noa@example.com']) await invite(pool, name);
  await refused(update(pool, 'noa@example.com', { email: 'mia@example.com' }), 'alias-taken');
  assert.deepEqual(pool.outbox.sent(), []);
});

test('a verified alias moves to whom an administrator gives it; unverified it takes nothing from anybody', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const email = 'mia@example.com';
  const old = await invite(pool, 'old', { email, email_verified: 'true' });
  const next = await invite(pool, 'new');
  await update(pool, 'new', { email });
  assert.equal((await findAccount(pool, email))?.id, old.id);
  await update(pool, 'new', { email, email_verified: 'true' });
  assert.equal((await findAccount(pool, email))?.id, next.id);
  assert.deepEqual(await attributesOf(pool, 'old'), { email, email_verified: 'false' });
});

test('of two who are given one verified alias at the same moment one has it, and the other is unverified', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const given = { email: 'mia@example.com', email_verified: 'true' };
  for (const username of ['a', 'b']) await invite(pool, username);
  await Promise.all(['a', 'b'].map((username) => update(pool, username, given)));
  const flags = [
    (await attributesOf(pool, 'a'))['email_verified'],
    (await attributesOf(pool, 'b'))['email_verified'],
  ];
  assert.deepEqual(flags.sort(), ['false', 'true']);
});

test('a sign-in name that is somebody else’s is refused, verified or not, and its owner keeps it', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const owner = await invite(pool, 'mia@example.com');
  await invite(pool, 'noa@example.com');
  for (const more of [{}, { email_verified: 'true' }] as Attributes[])
    await refused(update(pool, 'noa@example.com', { email: 'mia@example.com', ...more }), 'alias-taken');
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, owner.id);
  await update(pool, 'noa@example.com', { email: 'new@example.com' });
  assert.equal(await findAccount(pool, 'noa@example.com'), undefined);
  assert.ok(await findAccount(pool, 'new@example.com'));
  await refused(remove(pool, 'new@example.com', 'email'), 'invalid-parameter');
});

test('a preferred username that is an alias is refused when somebody has it, and kept by who had it', async () => {
  const pool = await newPool({ AliasAttributes: ['preferred_username'] });
  const owner = await confirmed(pool, 'maria');
  await confirmed(pool, 'noa');
  await update(pool, 'maria', { preferred_username: 'mi' });
  for (const preferred_username of ['mi', 'maria'])
    await refused(update(pool, 'noa', { preferred_username }), 'alias-taken');
  assert.equal((await findAccount(pool, 'mi'))?.id, owner.id);
});

test('USR-185 a change that is refused takes no alias from anybody', async () => {
  const pool = await newPool({ AliasAttributes: ['email', 'preferred_username'] });
  const email = 'mia@example.com';
  const old = await invite(pool, 'old', { email, email_verified: 'true' });
  await confirmed(pool, 'maria');
  await update(pool, 'maria', { preferred_username: 'mi' });
  await invite(pool, 'new');
  for (const preferred_username of ['mi', 'maria']) {
    const given = { email, email_verified: 'true', preferred_username };
    await refused(
      update(pool, 'new', given),
      'alias-taken',
      'An account with the given preferred_username already exists.',
    );
    assert.deepEqual(await requireAccount(pool, email), old);
  }
});

test('USR-82 changing an attribute, or sending again, lets somebody sign in whose temporary password expired', async () => {
  const pool = await newPool();
  await invite(pool, 'maria');
  const signIn = () => checkPassword(pool, client, { username: 'maria', password: PASSWORD });
  pool.clock.at += 8 * DAY;
  await refused(signIn(), 'temporary-password-expired');
  await update(pool, 'maria', { nickname: 'Mimi' });
  await signIn();
  pool.clock.at += 8 * DAY;
  await refused(signIn(), 'temporary-password-expired');
  await remove(pool, 'maria', 'nickname');
  await signIn();
  pool.clock.at += 8 * DAY;
  await refused(signIn(), 'temporary-password-expired');
  await resendInvitation(pool, { username: 'maria', temporaryPassword: PASSWORD });
  await signIn();
});

test('only what waits for a first sign-in has a time to start again', async () => {
  const pool = await newPool();
  await confirmed(pool, 'maria');
  assert.equal((await update(pool, 'maria', { nickname: 'Mimi' })).temporaryPasswordAt, undefined);
});

test('an administrator writes what no client may, meets the schema, and changes all or nothing', async () => {
  const badge = attribute('dev:custom:badge', { DeveloperOnlyAttribute: true });
  const born = attribute('custom:born', { Mutable: false });
  const pool = await newPool({ SchemaAttributes: schema(badge, born) });
  await confirmed(pool, 'maria');
  await update(pool, 'maria', { 'dev:custom:badge': '7' });
  const before = await requireAccount(pool, 'maria');
  const nickname = 'Mimi';
  await refused(update(pool, 'maria', { nickname, 'custom:none': 'x' }), 'attribute-schema');
  await refused(update(pool, 'maria', { nickname, 'custom:born': 'x' }), 'attribute-immutable');
  await refused(update(pool, 'maria', { nickname, sub: before.id }), 'attribute-immutable');
  await refused(update(pool, 'maria', { nickname, email: 'nobody' }), 'email-format');
  await refused(update(pool, 'maria', { nickname, email_verified: 'true' }), 'invalid-parameter');
  await refused(update(pool, 'nobody', { nickname }), 'user-not-found');
  assert.deepEqual(await requireAccount(pool, 'maria'), before);
});

test('a change stands when its message could not be sent', async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
  await confirmed(pool, 'maria');
  pool.mail = openNowhere();
  await refused(update(pool, 'maria', { email: 'a@example.com' }), 'delivery-failed');
  assert.equal((await attributesOf(pool, 'maria'))['email'], 'a@example.com');
});

test('USR-174 removing: a required attribute stays; with a contact go its flag and its alias', async () => {
  const pool = await newPool({
    AliasAttributes: ['email'],
    SchemaAttributes: schema(attribute('given_name', { Required: true })),
  });
  const given = { given_name: 'Mia', email: 'mia@example.com', email_verified: 'true', nickname: 'Mimi' };
  const { id } = await invite(pool, 'maria', given);
  await refused(remove(pool, 'maria', 'nickname', 'given_name'), 'attribute-schema');
  await refused(remove(pool, 'maria', 'custom:none'), 'attribute-schema');
  await refused(remove(pool, 'maria', 'sub'), 'attribute-immutable');
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, id);
  await remove(pool, 'mia@example.com', 'email', 'zoneinfo');
  assert.deepEqual(await attributesOf(pool, 'maria'), { given_name: 'Mia', nickname: 'Mimi' });
  assert.equal(await findAccount(pool, 'mia@example.com'), undefined);
  await update(pool, 'maria', { nickname: '' });
  assert.deepEqual(await attributesOf(pool, 'maria'), { given_name: 'Mia' });
});
