/** Which names people sign in with once they have signed up, and which they cannot take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { findAccount } from '../find-account.ts';
import { newPool } from '../testing/new-pool.ts';
import { testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { type SignUpRequest, signUp } from './sign-up.ts';

const client = testClient();
const as = (username: string, change: Partial<SignUpRequest> = {}): SignUpRequest => ({
  username,
  password: PASSWORD,
  attributes: {},
  ...change,
});

test('USR-178 ATK-32 with an alias, a username cannot look like one', async () => {
  const pool = await newPool({ AliasAttributes: ['email', 'phone_number'] });
  for (const username of ['mia@example.com', 'mia\uff20example.com', 'mia\ufe6bexample.com'])
    await refused(
      signUp(pool, client, as(username)),
      'username-form',
      'Username cannot be of email format, since user pool is configured for email alias.',
    );
  await refused(signUp(pool, client, as('+12065550100')), 'username-form');
  await signUp(await newPool(), client, as('mia@example.com'));
});

test('USR-191 USR-192 a username attribute fills its attribute, and the username is the UUID', async () => {
  const either = await newPool({ UsernameAttributes: ['email', 'phone_number'] });
  const byEmail = (await signUp(either, client, as('mia@example.com'))).account;
  assert.equal(byEmail.username, byEmail.id);
  assert.equal(byEmail.attributes['email'], 'mia@example.com');
  const byPhone = (await signUp(either, client, as('+12065550100'))).account;
  assert.equal(byPhone.username, byPhone.id);
  assert.equal(byPhone.attributes['phone_number'], '+12065550100');
});

test('USR-197 an account answers to its UUID and to its e-mail address', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const { account } = await signUp(pool, client, as('mia@example.com'));
  for (const name of [account.id, 'mia@example.com'])
    assert.equal((await findAccount(pool, name))?.id, account.id);
  assert.equal(await findAccount(pool, 'Mia@example.com'), undefined);
});

test('a sign-in name needs no permission to be written, but must be the only one', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const narrow = testClient({ WriteAttributes: ['nickname'] });
  await signUp(pool, narrow, as('mia@example.com'));
  const two = as('ann@example.com', { attributes: { email: 'eve@example.com' } });
  await refused(signUp(pool, client, two), 'invalid-parameter');
  await signUp(pool, client, as('ann@example.com', { attributes: { email: 'ann@example.com' } }));
  const capital = as('Mia@example.org', { attributes: { email: 'mia@example.org' } });
  await refused(signUp(pool, client, capital), 'invalid-parameter');
  const folding = await newPool({
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
  });
  const { account } = await signUp(folding, client, capital);
  assert.equal(account.attributes['email'], 'Mia@example.org', 'the same name there, as it was typed');
});

test('USR-193 a username of the wrong form is refused in the words of the setting', async () => {
  const words: [PoolSettings['UsernameAttributes'], string][] = [
    [['email'], 'Username should be an email.'],
    [['phone_number'], 'Username should be a phone number.'],
    [['email', 'phone_number'], 'Username should be either an email or a phone number.'],
  ];
  for (const [UsernameAttributes, message] of words)
    await refused(
      signUp(await newPool({ UsernameAttributes }), client, as('maria')),
      'username-form',
      message,
    );
});

test('USR-194 a second sign-up with the same address is refused though the first is unverified', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  await signUp(pool, client, as('mia@example.com'));
  await refused(
    signUp(pool, client, as('mia@example.com')),
    'contact-taken-username',
    'An account with the given email already exists.',
  );
});

test('a preferred username that signs in is not given at sign-up, and no username may shadow one', async () => {
  const pool = await newPool({ AliasAttributes: ['preferred_username'] });
  const attributes = { preferred_username: 'mimi' };
  await refused(signUp(pool, client, as('maria', { attributes })), 'invalid-parameter');
  const { id } = await confirmed(pool, 'maria');
  await pool.accounts.update(id, (current) => ({
    ...current,
    attributes,
    names: { ...current.names, preferred_username: 'mimi' },
  }));
  await refused(signUp(pool, client, as('mimi')), 'username-taken');
});

test('ATK-30 nobody takes the username that somebody of an identity provider would have', async () => {
  const pool = await newPool({ UsernameConfiguration: { CaseSensitive: false } });
  const provider = { type: 'OIDC', details: {}, sealedDetails: '', mapping: {}, identifiers: [] } as const;
  await pool.directory.create('identity-provider', 'Okta', { ...provider, mapping: {}, identifiers: [] });
  await refused(signUp(pool, client, as('Okta_123')), 'username-form');
  await refused(signUp(pool, client, as('okta_123')), 'username-form');
  for (const name of ['okta', 'oktas_1', 'my_okta_1']) await signUp(pool, client, as(name));
});
