import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { openNowhere as openNoSms } from '#adapters/sms/nowhere.ts';
import { deleteUser } from '../administration/delete-user.ts';
import { findAccount } from '../find-account.ts';
import { newPool } from '../testing/new-pool.ts';
import { attribute, schema, testClient } from '../testing/open-pool.ts';
import { PASSWORD, refused, unconfirmed } from '../testing/people.ts';
import { confirmSignUp } from './confirm-sign-up.ts';
import { type SignUpRequest, signUp } from './sign-up.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const client = testClient();
const as = (username: string, change: Partial<SignUpRequest> = {}): SignUpRequest => ({
  username,
  password: PASSWORD,
  attributes: {},
  ...change,
});
const email = { email: 'mia@example.com' };

test('USR-01 USR-06 an account gets a UUID that stays, and is UNCONFIRMED and enabled', async () => {
  const pool = await newPool();
  const { account } = await signUp(pool, client, as('maria'));
  assert.match(account.id, UUID);
  assert.equal(account.status, 'UNCONFIRMED');
  assert.equal(account.enabled, true);
  assert.equal((await findAccount(pool, 'maria'))?.id, account.id);
});

test('USR-02 usernames of 1 to 128 letters, symbols, digits and punctuation; no whitespace', async () => {
  const pool = await newPool();
  for (const username of ['m', 'Ünï-♥_9', 'x'.repeat(128)]) await signUp(pool, client, as(username));
  for (const username of ['', 'ma ria', 'ma\tria', 'ma\u00a0ria', 'ma\0ria', 'x'.repeat(129)])
    await refused(signUp(pool, client, as(username)), 'username-form');
});

test('USR-03 USR-22 a live user holds the username, a deleted one does not', async () => {
  const pool = await newPool();
  const first = await unconfirmed(pool, 'maria');
  await refused(signUp(pool, client, as('maria')), 'username-taken', 'User already exists');
  await deleteUser(pool, 'maria');
  assert.notEqual((await unconfirmed(pool, 'maria')).id, first.id);
});

test('USR-22 of many who take one username at the same moment, one gets it', async () => {
  const pool = await newPool();
  const all = await Promise.allSettled(Array.from({ length: 10 }, () => signUp(pool, client, as('maria'))));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('USR-198 by default Maria and maria are two people; in a pool that ignores case they are one', async () => {
  const exact = await newPool();
  await unconfirmed(exact, 'Maria');
  await unconfirmed(exact, 'maria');
  const folding = await newPool({ UsernameConfiguration: { CaseSensitive: false } });
  await unconfirmed(folding, 'Maria');
  await refused(signUp(folding, client, as('mARIA')), 'username-taken');
  assert.equal((await findAccount(folding, 'MARIA'))?.username, 'Maria');
});

test('USR-21 a pool for administrators only lets nobody sign up', async () => {
  const pool = await newPool();
  pool.settings.AdminCreateUserConfig = {
    ...pool.settings.AdminCreateUserConfig,
    AllowAdminCreateUserOnly: true,
  };
  await refused(
    signUp(pool, client, as('maria')),
    'sign-up-closed',
    'SignUp is not permitted for this user pool',
  );
});

test('USR-23 a missing required attribute is named, and nobody is stored', async () => {
  const pool = await newPool({ SchemaAttributes: schema(attribute('given_name', { Required: true })) });
  const missing = 'Attributes did not conform to the schema: given_name: The attribute is required';
  await refused(signUp(pool, client, as('maria')), 'attribute-schema', missing);
  await refused(signUp(pool, client, as('maria', { attributes: { given_name: '' } })), 'attribute-schema');
  assert.equal(await findAccount(pool, 'maria'), undefined);
});

test('USR-24 a weak password is refused, and checked after the attributes', async () => {
  const pool = await newPool();
  await refused(signUp(pool, client, as('maria', { password: 'weak' })), 'password-policy');
  const both = as('maria', { password: 'weak', attributes: { email: 'nowhere' } });
  await refused(signUp(pool, client, both), 'email-format');
});

test('USR-25 USR-211 a client writes only what it may', async () => {
  const pool = await newPool();
  const narrow = testClient({ WriteAttributes: ['email'] });
  const attributes = { ...email, nickname: 'Mimi' };
  await refused(signUp(pool, narrow, as('maria', { attributes })), 'attribute-not-writable');
  await refused(
    signUp(pool, client, as('maria', { attributes: { ...email, email_verified: 'true' } })),
    'attribute-not-writable',
  );
  await signUp(pool, narrow, as('maria', { attributes: email }));
});

test('USR-19 USR-30 the code goes by e-mail, and the answer says where, masked', async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ['phone_number', 'email'] });
  const { account, delivery, deliveryFailed } = await signUp(
    pool,
    client,
    as('maria', { attributes: email }),
  );
  assert.deepEqual(delivery, { destination: 'm***@e***', medium: 'EMAIL', attribute: 'email' });
  assert.equal(deliveryFailed, undefined);
  assert.equal(pool.lastMail().to, 'mia@example.com');
  assert.match(pool.lastCode(), /^\d{6}$/);
  assert.equal(account.attributes['email_verified'], 'false');
});

test('USR-28 no code is sent when the pool verifies nothing, or not what was given', async () => {
  const none = await newPool();
  const other = await newPool({ AutoVerifiedAttributes: ['phone_number'] });
  for (const pool of [none, other]) {
    const { delivery, deliveryFailed } = await signUp(pool, client, as('maria', { attributes: email }));
    assert.equal(delivery, undefined);
    assert.equal(deliveryFailed, undefined);
    assert.equal(pool.outbox.sent().length, 0);
  }
});

test('USR-27 USR-234 when the message cannot be sent, the account exists and the caller is told', async () => {
  const noMail = await newPool({ AutoVerifiedAttributes: ['email'] }, { mail: openNowhere() });
  const noSms = await newPool({ AutoVerifiedAttributes: ['phone_number', 'email'] }, { sms: openNoSms() });
  const both = { ...email, phone_number: '+12065550100' };
  for (const pool of [noMail, noSms]) {
    const result = await signUp(pool, client, as('maria', { attributes: both }));
    assert.equal(result.deliveryFailed?.reason, 'delivery-failed');
    assert.equal(result.delivery, undefined);
    assert.equal((await findAccount(pool, 'maria'))?.status, 'UNCONFIRMED');
    assert.equal(pool.outbox.sent().length, 0);
  }
});

test('USR-27 past the daily limit of messages the account exists, and the caller is told which limit', async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
  pool.dailyLimits = { EMAIL: 1, SMS: 0 };
  await signUp(pool, client, as('maria', { attributes: email }));
  const { account, deliveryFailed } = await signUp(pool, client, as('mia', { attributes: email }));
  assert.equal(deliveryFailed?.code, 'LimitExceededException');
  assert.equal((await findAccount(pool, 'mia'))?.id, account.id);
});

test('USR-45 a link goes by e-mail and leads to the configured address', async () => {
  const pool = await newPool({
    AutoVerifiedAttributes: ['email'],
    VerificationMessageTemplate: {
      ...(await newPool()).settings.VerificationMessageTemplate,
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
    },
  });
  await signUp(pool, client, as('märia&co', { attributes: email }));
  const mail = pool.lastMail();
  const link = new URL(/https?:\S+/.exec(mail.text)?.[0] ?? '');
  assert.equal(link.origin + link.pathname, 'http://localhost:9400/people/confirmUser');
  assert.equal(link.searchParams.get('client_id'), client.id);
  assert.equal(link.searchParams.get('user_name'), 'märia&co');
  const code = link.searchParams.get('confirmation_code') ?? '';
  assert.equal((await confirmSignUp(pool, client, { username: 'märia&co', code })).status, 'CONFIRMED');
});

test('a link cannot be sent from a pool without an address', async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
  pool.settings.VerificationMessageTemplate = {
    ...pool.settings.VerificationMessageTemplate,
    DefaultEmailOption: 'CONFIRM_WITH_LINK',
  };
  delete pool.hostedUrl;
  const { deliveryFailed } = await signUp(pool, client, as('maria', { attributes: email }));
  assert.equal(deliveryFailed?.reason, 'delivery-failed');
});
