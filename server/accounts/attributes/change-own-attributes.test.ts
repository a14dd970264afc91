import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { findAccount } from '../find-account.ts';
import { newPool } from '../testing/new-pool.ts';
import { attribute, MINUTE, schema, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, refused } from '../testing/people.ts';
import { changeAccount } from '../write-account.ts';
import { changeOwnAttributes } from './change-own-attributes.ts';
import type { Attributes } from './check-attributes.ts';
import { deleteOwnAttributes } from './delete-own-attributes.ts';

const client = testClient();

function open(change: Partial<PoolSettings> = {}, more?: Parameters<typeof newPool>[1]): Promise<TestPool> {
  return newPool({ AutoVerifiedAttributes: ['email'], ...change }, more);
}

/** A confirmed account whose contacts are verified. */
async function proven(pool: TestPool, username: string, attributes: Attributes): Promise<Account> {
  const { id } = await confirmed(pool, username, attributes);
  const contacts = ['email', 'phone_number'].filter((name) => attributes[name]);
  const flags = contacts.map((name) => [`${name}_verified`, 'true']);
  return changeAccount(pool, id, (current) => ({
    ...current,
    attributes: { ...current.attributes, ...Object.fromEntries(flags) },
  }));
}
const now = async (pool: TestPool, { id }: Account) => {
  const account = await pool.accounts.find(id);
  return account ?? assert.fail();
};
const sentTo = (pool: TestPool, address: string) => pool.outbox.sent().filter(({ to }) => to === address);

test('USR-47 USR-48 a new address is stored unverified, and is sent a code', async () => {
  const pool = await open();
  const maria = await proven(pool, 'maria', { email: 'mia@example.com' });
  const given = { email: 'new@example.org', nickname: 'Mimi' };
  const deliveries = await changeOwnAttributes(pool, client, maria, { given });
  assert.deepEqual(deliveries, [{ destination: 'n***@e***', medium: 'EMAIL', attribute: 'email' }]);
  const { attributes } = await now(pool, maria);
  assert.deepEqual(attributes, { ...given, email_verified: 'false' });
  assert.equal(sentTo(pool, 'new@example.org').length, 1);
  assert.equal(sentTo(pool, 'mia@example.com').length, 1, 'only the one of signing up');
});

test('USR-35 the same value again stays verified, and nothing is sent', async () => {
  const pool = await open();
  const email = 'mia@example.com';
  const maria = await proven(pool, 'maria', { email });
  const before = pool.outbox.sent().length;
  assert.deepEqual(await changeOwnAttributes(pool, client, maria, { given: { email } }), []);
  assert.equal((await now(pool, maria)).attributes['email_verified'], 'true');
  assert.equal(pool.outbox.sent().length, before);
});

test('USR-49 a contact that the pool does not verify is stored unverified, and nothing is sent', async () => {
  const pool = await open({ AutoVerifiedAttributes: [] });
  const maria = await proven(pool, 'maria', { email: 'mia@example.com', phone_number: '+12065550100' });
  const given = { email: 'new@example.org', phone_number: '+12065550199' };
  assert.deepEqual(await changeOwnAttributes(pool, client, maria, { given }), []);
  const { attributes } = await now(pool, maria);
  assert.deepEqual(attributes, { ...given, email_verified: 'false', phone_number_verified: 'false' });
  assert.deepEqual(pool.outbox.sent(), []);
});

test('USR-53 USR-211 what the client may not write is refused, and nothing of the rest is written', async () => {
  const pool = await open();
  const maria = await proven(pool, 'maria', { email: 'mia@example.com' });
  const restricted = testClient({ WriteAttributes: ['nickname', 'email'] });
  for (const [by, name] of [
    [client, 'email_verified'],
    [client, 'phone_number_verified'],
    [client, 'sub'],
    [restricted, 'given_name'],
  ] as const) {
    const given = { nickname: 'Mimi', [name]: 'true' };
    await refused(changeOwnAttributes(pool, by, maria, { given }), 'attribute-not-writable');
    await refused(deleteOwnAttributes(pool, by, maria, [name]), 'attribute-not-writable');
  }
  assert.deepEqual(await now(pool, maria), maria);
});

test('USR-55 where it has to be verified first, the old contact stays as it is', async () => {
  const pool = await open({
    AliasAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  });
  const maria = await proven(pool, 'maria', { email: 'mia@example.com' });
  const given = { email: 'new@example.org', nickname: 'Mimi' };
  const [delivery] = await changeOwnAttributes(pool, client, maria, { given });
  assert.equal(delivery?.destination, 'n***@e***');
  assert.equal(pool.lastMail().to, 'new@example.org');
  const { attributes } = await now(pool, maria);
  assert.deepEqual(attributes, { email: 'mia@example.com', email_verified: 'true', nickname: 'Mimi' });
  assert.equal((await findAccount(pool, 'mia@example.com'))?.id, maria.id);
  assert.equal(await findAccount(pool, 'new@example.org'), undefined);
});

test('USR-173 USR-174 attributes are removed, except those that the account cannot be without', async () => {
  const pool = await open({ SchemaAttributes: schema(attribute('given_name', { Required: true })) });
  const maria = await proven(pool, 'maria', { email: 'mia@example.com', given_name: 'Maria', nickname: 'M' });
  await refused(
    deleteOwnAttributes(pool, client, maria, ['nickname', 'given_name']),
    'attribute-schema',
    'Attributes did not conform to the schema: given_name: The attribute is required',
  );
  await refused(changeOwnAttributes(pool, client, maria, { given: { given_name: '' } }), 'attribute-schema');
  await refused(deleteOwnAttributes(pool, client, maria, ['custom:none']), 'attribute-schema');
  assert.equal((await now(pool, maria)).attributes['nickname'], 'M');
  await deleteOwnAttributes(pool, client, maria, ['nickname', 'email', 'locale']);
  assert.deepEqual((await now(pool, maria)).attributes, { given_name: 'Maria' });
});

test('what an account never had may stay away, though it is required', async () => {
  const pool = await open();
  const maria = await confirmed(pool, 'maria');
  pool.settings.SchemaAttributes = schema(attribute('website', { Required: true }));
  await changeOwnAttributes(pool, client, maria, { given: { nickname: 'Mimi' } });
  assert.equal((await now(pool, maria)).attributes['nickname'], 'Mimi');
});

test('USR-176 USR-205 what may not change is neither changed nor removed', async () => {
  const badge = attribute('custom:badge', { Mutable: false });
  const pool = await open({ SchemaAttributes: schema(badge) });
  const own = testClient({ defaultAttributes: ['custom:badge'] });
  const maria = await confirmed(pool, 'maria');
  const { id } = await changeAccount(pool, maria.id, (current) => ({
    ...current,
    attributes: { 'custom:badge': '7' },
  }));
  const badged = await now(pool, { ...maria, id });
  const text = 'user.custom:badge: Attribute cannot be updated.';
  const change = changeOwnAttributes(pool, own, badged, { given: { 'custom:badge': '8' } });
  await refused(change, 'attribute-immutable', text);
  await refused(deleteOwnAttributes(pool, own, badged, ['custom:badge']), 'attribute-immutable', text);
});

test('USR-186 USR-187 a preferred username is one of its kind, among usernames too', async () => {
  const pool = await open({ AliasAttributes: ['preferred_username'] });
  const maria = await confirmed(pool, 'maria');
  const paul = await confirmed(pool, 'paul');
  const prefer = (who: Account, name: string) =>
    changeOwnAttributes(pool, client, who, { given: { preferred_username: name } });
  await prefer(maria, 'mimi');
  assert.equal((await findAccount(pool, 'mimi'))?.id, maria.id);
  const text = 'An account with the given preferred_username already exists.';
  await refused(prefer(paul, 'mimi'), 'alias-taken', text);
  await refused(prefer(paul, 'maria'), 'alias-taken', text);
  await prefer(paul, 'paul');
  await prefer(maria, 'mia');
  await prefer(paul, 'mimi');
  assert.equal((await findAccount(pool, 'mimi'))?.id, paul.id);
});

test('USR-178 nobody calls themselves by an address or a number that others sign in with', async () => {
  const pool = await open({ AliasAttributes: ['email', 'phone_number', 'preferred_username'] });
  const eve = await confirmed(pool, 'eve');
  for (const [preferred_username, form] of [
    ['boss@example.com', 'email'],
    ['+12065550100', 'phone number'],
  ] as const) {
    const message = `preferred_username cannot be of ${form} format, since user pool is configured for ${form} alias.`;
    const change = changeOwnAttributes(pool, client, eve, { given: { preferred_username } });
    await refused(change, 'invalid-parameter', message);
    assert.equal(await findAccount(pool, preferred_username), undefined);
  }
  await changeOwnAttributes(pool, client, eve, { given: { preferred_username: 'boss' } });
});

test('USR-196 the address that people sign in with changes to one that is free, and cannot be removed', async () => {
  for (const first of [[], ['email' as const]]) {
    const pool = await open({
      UsernameAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: first },
    });
    const mia = await confirmed(pool, 'mia@example.com');
    await confirmed(pool, 'paul@example.com');
    const change = (email: string) => changeOwnAttributes(pool, client, mia, { given: { email } });
    await refused(
      change('paul@example.com'),
      'alias-taken',
      'An account with the given email already exists.',
    );
    await refused(deleteOwnAttributes(pool, client, mia, ['email']), 'invalid-parameter');
    assert.equal((await now(pool, mia)).attributes['email'], 'mia@example.com');
    await change('new@example.com');
    const name = first.length ? 'mia@example.com' : 'new@example.com';
    assert.equal((await findAccount(pool, name))?.id, mia.id);
  }
});

test('no mailbox is flooded: five codes in a quarter of an hour, and what is too much changes nothing', async () => {
  const pool = await open();
  const maria = await confirmed(pool, 'maria');
  const change = (email: string) => changeOwnAttributes(pool, client, maria, { given: { email } });
  for (let i = 1; i <= 5; i++) await change(`${i}@example.com`);
  await refused(change('6@example.com'), 'code-attempts-exceeded');
  assert.equal((await now(pool, maria)).attributes['email'], '5@example.com');
  pool.clock.at += 15 * MINUTE;
  await change('6@example.com');
});

test('what is refused sends nothing and counts nothing', async () => {
  const pool = await open();
  const maria = await confirmed(pool, 'maria');
  for (let i = 0; i < 6; i++)
    await refused(
      changeOwnAttributes(pool, client, maria, { given: { email: 'new@example.org', birthdate: 'x' } }),
      'attribute-schema',
    );
  assert.deepEqual(pool.outbox.sent(), []);
  await changeOwnAttributes(pool, client, maria, { given: { email: 'new@example.org' } });
});

test('when a code cannot be sent the change stands', async () => {
  const pool = await open({}, { mail: openNowhere() });
  const maria = await confirmed(pool, 'maria');
  await refused(
    changeOwnAttributes(pool, client, maria, { given: { email: 'new@example.org' } }),
    'delivery-failed',
  );
  assert.equal((await now(pool, maria)).attributes['email'], 'new@example.org');
});
