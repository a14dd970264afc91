import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { openNowhere as openNoSms } from '#adapters/sms/nowhere.ts';
import { findAccount } from '../find-account.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { confirmSignUp } from '../sign-up/confirm-sign-up.ts';
import { newPool } from '../testing/new-pool.ts';
import { attribute, DAY, schema, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { type CreateUser, createUser } from './create-user.ts';
import { resendInvitation } from './resend-invitation.ts';

const client = testClient();
const email = { email: 'mia@example.com' };
const proven = { ...email, email_verified: 'true' };
const maria = (change: Partial<CreateUser> = {}): CreateUser => ({
  username: 'maria',
  attributes: {},
  ...change,
});
/** The temporary password as the default invitation tells it. */
const password = (pool: TestPool) => /temporary password is (\S+)\.\n$/.exec(pool.lastMail().text)?.[1] ?? '';

test('USR-06 USR-63 USR-64 a username suffices; the account is enabled and must change its password', async () => {
  const pool = await newPool({ SchemaAttributes: schema(attribute('given_name', { Required: true })) });
  const account = await createUser(pool, maria({ attributes: { nickname: 'Mimi' } }));
  assert.equal(account.status, 'FORCE_CHANGE_PASSWORD');
  assert.equal(account.enabled, true);
  assert.deepEqual(account.attributes, { nickname: 'Mimi' });
  assert.equal(pool.outbox.sent().length, 0);
});

test('USR-65 USR-67 the invitation holds the username and a password that the policy allows and that works', async () => {
  const pool = await newPool();
  await createUser(pool, maria({ attributes: email, mediums: ['EMAIL'] }));
  const mail = pool.lastMail();
  assert.equal(mail.to, 'mia@example.com');
  assert.equal(mail.subject, 'Your temporary password');
  assert.match(mail.text, /^Your username is maria and temporary password is \S+\.\n$/);
  const account = await checkPassword(pool, client, { username: 'maria', password: password(pool) });
  assert.equal(account.status, 'FORCE_CHANGE_PASSWORD');
});

test('USR-66 a temporary password must satisfy the policy', async () => {
  const pool = await newPool();
  await refused(createUser(pool, maria({ temporaryPassword: 'weak' })), 'password-policy');
  assert.equal(await findAccount(pool, 'maria'), undefined);
  await createUser(pool, maria({ temporaryPassword: PASSWORD }));
  await checkPassword(pool, client, { username: 'maria', password: PASSWORD });
});

test('USR-68 a suppressed invitation is not sent, whatever the mediums say', async () => {
  const pool = await newPool();
  await createUser(pool, maria({ attributes: email, mediums: ['EMAIL'], suppressInvitation: true }));
  await createUser(pool, maria({ username: 'mia', mediums: ['EMAIL'], suppressInvitation: true }));
  assert.equal(pool.outbox.sent().length, 0);
});

test('USR-69 sending again makes a new password; the earlier one works no more', async () => {
  const pool = await newPool();
  await createUser(pool, maria({ attributes: email, mediums: ['EMAIL'] }));
  const first = password(pool);
  pool.clock.at += DAY;
  const account = await resendInvitation(pool, { username: 'maria', mediums: ['EMAIL'] });
  assert.equal(account.temporaryPasswordAt, pool.clock.at);
  assert.notEqual(password(pool), first);
  await checkPassword(pool, client, { username: 'maria', password: password(pool) });
  await refused(checkPassword(pool, client, { username: 'maria', password: first }), 'credentials-wrong');
});

test('USR-70 nobody unknown and nobody confirmed is invited again', async () => {
  const pool = await newPool();
  await refused(resendInvitation(pool, { username: 'nobody' }), 'user-not-found');
  await confirmed(pool, 'maria');
  await refused(
    resendInvitation(pool, { username: 'maria' }),
    'resend-not-possible',
    'Resend not possible. maria status is not FORCE_CHANGE_PASSWORD',
  );
  await checkPassword(pool, client, { username: 'maria', password: PASSWORD });
});

test('USR-71 the default medium is SMS; both media are written to when both are asked for', async () => {
  const pool = await newPool();
  const attributes = { ...email, phone_number: '+12065550100' };
  await createUser(pool, maria({ attributes }));
  const { to, text } = pool.lastSms();
  assert.equal(to, '+12065550100');
  assert.equal(pool.outbox.sent().length, 0);
  const [, given = ''] = /^Your username is maria and temporary password is (\S+)\.$/.exec(text) ?? [];
  await checkPassword(pool, client, { username: 'maria', password: given });
  await createUser(pool, maria({ username: 'mia', attributes, mediums: ['SMS', 'EMAIL'] }));
  assert.match(pool.lastSms().text, /^Your username is mia /);
  assert.equal(pool.lastMail().to, 'mia@example.com');
});

test('USR-234 without an SMS sender the invitation fails and the account stands; e-mail beside it still goes out', async () => {
  const pool = await newPool({}, { sms: openNoSms() });
  const phone = { phone_number: '+12065550100' };
  await refused(createUser(pool, maria({ attributes: phone })), 'delivery-failed');
  assert.equal((await findAccount(pool, 'maria'))?.status, 'FORCE_CHANGE_PASSWORD');
  const both = { ...email, ...phone };
  await refused(
    createUser(pool, maria({ username: 'mia', attributes: both, mediums: ['SMS', 'EMAIL'] })),
    'delivery-failed',
  );
  assert.equal(pool.lastMail().to, 'mia@example.com');
});

test('USR-72 a medium that is asked for needs its contact, or nobody is made', async () => {
  const pool = await newPool();
  await refused(
    createUser(pool, maria({ mediums: ['EMAIL'] })),
    'invalid-parameter',
    'No email provided but desired delivery medium was Email',
  );
  await refused(createUser(pool, maria({ mediums: ['SMS'] })), 'invalid-parameter');
  assert.equal(await findAccount(pool, 'maria'), undefined);
});

test('USR-72 USR-69 nor is an invitation sent again over a medium that has no contact: the password stays', async () => {
  const pool = await newPool();
  await createUser(pool, maria({ temporaryPassword: PASSWORD }));
  for (const [medium, message] of [
    ['EMAIL', 'No email provided but desired delivery medium was Email'],
    ['SMS', 'No phone number provided but desired delivery medium was SMS'],
  ] as const)
    await refused(
      resendInvitation(pool, { username: 'maria', mediums: [medium] }),
      'invalid-parameter',
      message,
    );
  await checkPassword(pool, client, { username: 'maria', password: PASSWORD });
});

test('an invitation that cannot be sent can be sent again: the account is there', async () => {
  const pool = await newPool({}, { mail: openNowhere() });
  await refused(createUser(pool, maria({ attributes: email, mediums: ['EMAIL'] })), 'delivery-failed');
  pool.mail = pool.outbox;
  await resendInvitation(pool, { username: 'maria', mediums: ['EMAIL'] });
  await checkPassword(pool, client, { username: 'maria', password: password(pool) });
});

test('USR-73 a contact that is said to be verified is at once, and one that is not said to be has no flag', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const { id } = await createUser(pool, maria({ attributes: proven }));
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, id);
  const other = await createUser(pool, maria({ username: 'mia', attributes: { email: 'b@example.com' } }));
  assert.deepEqual(other.attributes, { email: 'b@example.com' });
  await refused(
    createUser(pool, maria({ username: 'ann', attributes: { email_verified: 'true' } })),
    'invalid-parameter',
  );
});

test('USR-74 an existing username is refused, also one that is an address', async () => {
  const pool = await newPool();
  await unconfirmed(pool, 'maria');
  await refused(createUser(pool, maria()), 'user-account-exists', 'User account already exists');
  const byEmail = await newPool({ UsernameAttributes: ['email'] });
  await unconfirmed(byEmail, 'mia@example.com');
  await refused(createUser(byEmail, maria({ username: 'mia@example.com' })), 'user-account-exists');
});

test('USR-75 an alias conflict is refused, or the alias moves', async () => {
  const pool = await newPool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
  await unconfirmed(pool, 'old', email);
  const old = await confirmSignUp(pool, client, { username: 'old', code: pool.lastCode() });
  await refused(
    createUser(pool, maria({ attributes: proven })),
    'contact-taken-invitation',
    'An account with the email already exists.',
  );
  assert.equal(await findAccount(pool, 'maria'), undefined);
  await createUser(pool, maria({ username: 'unproven', attributes: email, forceAliasCreation: true }));
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, old.id);

  const { id } = await createUser(pool, maria({ attributes: proven, forceAliasCreation: true }));
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, id);
  assert.equal((await pool.accounts.find(old.id))?.attributes['email_verified'], 'false');
});

test('a sign-in name is no alias: it cannot be taken over, and its owner loses nothing', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const owner = await createUser(pool, maria({ username: 'mia@example.com', attributes: proven }));
  const taker = maria({ username: 'mia@example.com', attributes: proven, forceAliasCreation: true });
  await refused(createUser(pool, taker), 'user-account-exists');
  assert.deepEqual(await pool.accounts.find(owner.id), owner);
});

test('an administrator meets the schema too', async () => {
  const pool = await newPool({
    SchemaAttributes: schema(attribute('dev:custom:badge', { DeveloperOnlyAttribute: true })),
  });
  await createUser(pool, maria({ attributes: { 'dev:custom:badge': '7' } }));
  await refused(createUser(pool, maria({ username: 'a', attributes: { sub: 'x' } })), 'attribute-immutable');
  await refused(createUser(pool, maria({ username: 'a', attributes: { email: 'x' } })), 'email-format');
});

test('USR-173 an empty value is no value', async () => {
  const pool = await newPool();
  const account = await createUser(pool, maria({ attributes: { nickname: '', email: '' } }));
  assert.deepEqual(account.attributes, {});
});

test('USR-67 where people sign in by a contact, messages name that contact and not the username that was made up', async () => {
  const pool = await newPool({ UsernameAttributes: ['email', 'phone_number'] });
  await createUser(pool, maria({ username: 'mia@example.com', mediums: ['EMAIL'] }));
  assert.match(pool.lastMail().text, /^Your username is mia@example\.com and temporary password is /);
  await createUser(pool, maria({ username: '+12065550100' }));
  assert.match(pool.lastSms().text, /^Your username is \+12065550100 and temporary password is /);
});
