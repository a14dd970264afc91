import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import type { ProvenIdentity } from '#federation/provider.ts';
import { type Reason, Refusal } from '../../errors.ts';
import { attribute, openTestPool, schema, type TestPool, testClient } from '../testing/open-pool.ts';
import { changeAccount, createAccount } from '../write-account.ts';
import { linkProvider } from './link-provider.ts';
import { signInFederated } from './sign-in-federated.ts';

const opened: TestPool[] = [];
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool.close();
});

async function open(change: Partial<PoolSettings> = {}): Promise<TestPool> {
  const pool = await openTestPool(change);
  opened.push(pool);
  return pool;
}

const client = testClient();
const source = (mapping: Record<string, string> = {}, type = 'OIDC') => ({ name: 'Okta', type, mapping });
const proven = (attributes: ProvenIdentity['attributes'] = {}, subject = 'ab12'): ProvenIdentity => ({
  subject,
  attributes,
});
const refuses = (work: Promise<unknown>, reason: Reason, text?: string) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.reason, reason, error.message);
    if (text) assert.equal(error.message, text);
    return true;
  });
const people = async (pool: TestPool) => (await pool.accounts.list({ limit: 50 })).items;

test('FED-108 FED-109 a value fits its attribute, and no value has more than 2048 characters', async () => {
  const pool = await open({
    SchemaAttributes: schema(
      attribute('custom:short', { StringAttributeConstraints: { MaxLength: '5' } }),
      attribute('custom:long', { StringAttributeConstraints: {} }),
    ),
  });
  const given = (name: string, value: string) =>
    signInFederated(
      pool,
      testClient({ defaultAttributes: ['custom:short', 'custom:long'] }),
      source({ [name]: 'a' }),
      proven({ a: value }),
    );
  for (const name of ['nickname', 'custom:long']) {
    await refuses(given(name, 'x'.repeat(2049)), 'attribute-schema');
    assert.equal((await given(name, '\u{1F600}'.repeat(2048))).attributes[name]?.length, 4096);
  }
  await refuses(given('custom:short', '123456'), 'attribute-schema');
  assert.equal((await given('custom:short', '12345')).attributes['custom:short'], '12345');
});

test('FED-112 an attribute that may not change can be given once, and then not even as it is', async () => {
  const pool = await open({ SchemaAttributes: schema(attribute('nickname', { Mutable: false })) });
  const arrive = (attributes: ProvenIdentity['attributes']) =>
    signInFederated(pool, client, source({ nickname: 'nick' }), proven(attributes));
  await arrive({ nick: 'Bo' });
  await refuses(arrive({ nick: 'Bo' }), 'attribute-immutable', 'user.nickname: Attribute cannot be updated.');
  assert.equal((await arrive({})).attributes['nickname'], 'Bo');
});

test('FED-113 what the client may not write stops the sign-in, at the first as at later ones', async () => {
  const pool = await open();
  const narrow = testClient({ WriteAttributes: ['email'] });
  const given = proven({ nick: 'Bo', email: 'bo@example.com', email_verified: 'true' });
  const mapping = { nickname: 'nick', email: 'email', email_verified: 'email_verified' };
  await refuses(signInFederated(pool, narrow, source(mapping), given), 'attribute-not-writable');
  assert.equal((await people(pool)).length, 0);
  await signInFederated(pool, client, source(mapping), given);
  await refuses(signInFederated(pool, narrow, source(mapping), given), 'attribute-not-writable');
  const { nickname: _, ...less } = mapping;
  assert.equal(
    (await signInFederated(pool, narrow, source(less), given)).attributes['email_verified'],
    'true',
  );
});

test('FED-120 several values are a list in brackets, each encoded; one is itself', async () => {
  const pool = await open();
  const arrive = async (value: string[]) =>
    (await signInFederated(pool, client, source({ nickname: 'groups' }), proven({ groups: value })))
      .attributes['nickname'];
  assert.equal(await arrive(['a, b']), 'a, b');
  assert.equal(await arrive(['a, b', 'c*-._~/é']), '[a%2C+b,c*-._%7E%2F%C3%A9]');
  assert.equal(await arrive([]), '[a%2C+b,c*-._%7E%2F%C3%A9]');
});

test('ATK-30 a provider proves an address only in the answer in which it gives it', async () => {
  const pool = await open();
  const local = await createAccount(pool, {
    id: '8a4f6a3e-0000-4000-8000-000000000001',
    username: 'bo',
    attributes: { email: 'bo@example.com', email_verified: 'false' },
    status: 'CONFIRMED',
  });
  await linkProvider(pool, {
    source: source(),
    person: { provider: 'Okta', attribute: 'Cognito_Subject', value: 'ab12' },
    account: { provider: 'Cognito', value: 'bo' },
  });
  const verified = { email: 'email', email_verified: 'email_verified' };
  const arrive = (attributes: ProvenIdentity['attributes']) =>
    signInFederated(pool, client, source(verified), proven(attributes));
  const kept = await arrive({ email_verified: 'true' });
  assert.equal(kept.id, local.id);
  assert.deepEqual(kept.attributes, { email: 'bo@example.com', email_verified: 'false' });
  assert.equal(
    (await arrive({ email: 'bo@okta.test', email_verified: 'TRUE' })).attributes['email_verified'],
    'true',
  );
  const unproven: ProvenIdentity['attributes'][] = [
    {},
    { email_verified: '1' },
    { email_verified: 'false' },
    { email_verified: ['true', 'true'] },
  ];
  for (const said of unproven)
    assert.equal((await arrive({ email: 'bo@okta.test', ...said })).attributes['email_verified'], 'false');
});

test('ATK-30 what a provider says takes no name away from anybody', async () => {
  const pool = await open({ AliasAttributes: ['email', 'preferred_username'] });
  const victim = await createAccount(pool, {
    id: '8a4f6a3e-0000-4000-8000-000000000002',
    username: 'victim',
    attributes: { email: 'v@example.com', email_verified: 'true', preferred_username: 'vic' },
    status: 'CONFIRMED',
  });
  const mapping = { email: 'email', email_verified: 'email_verified', preferred_username: 'name' };
  const claims = { email: 'v@example.com', email_verified: 'true', name: 'vic' };
  const stranger = await signInFederated(pool, client, source(mapping), proven(claims));
  assert.notEqual(stranger.id, victim.id);
  assert.equal((await pool.accounts.findByName('email', 'v@example.com'))?.id, victim.id);
  assert.equal((await pool.accounts.findByName('preferred_username', 'vic'))?.id, victim.id);
  // Linked to an account that signs in by its addresses, the same claims are refused.
  await createAccount(pool, {
    id: '8a4f6a3e-0000-4000-8000-000000000003',
    username: 'linked',
    attributes: {},
    status: 'CONFIRMED',
  });
  await linkProvider(pool, {
    source: source(),
    person: { provider: 'Okta', attribute: 'sub', value: 'linked' },
    subject: 'sub',
    account: { provider: 'Cognito', value: 'linked' },
  });
  await refuses(signInFederated(pool, client, source(mapping), proven(claims, 'linked')), 'alias-taken');
});

test('ATK-30 who takes the name that somebody of a provider would have gets nobody signed in to it', async () => {
  const pool = await open();
  await createAccount(pool, {
    id: '8a4f6a3e-0000-4000-8000-000000000004',
    username: 'Okta_ab12',
    attributes: {},
    status: 'CONFIRMED',
  });
  await refuses(signInFederated(pool, client, source(), proven()), 'provider-username-taken');
  assert.equal((await people(pool)).length, 1);
});

test('FED-90 the subject alone says who it is, as it is written', async () => {
  const pool = await open({ UsernameConfiguration: { CaseSensitive: true } });
  const arrive = (subject: string, name = 'Okta') =>
    signInFederated(pool, client, { ...source(), name }, proven({}, subject));
  const ids = [];
  for (const subject of ['ab', 'Ab', 'ab_', 'a@b.c']) ids.push((await arrive(subject)).id);
  // Providers whose names run into the subject are two all the same.
  ids.push((await arrive('b_c', 'a')).id);
  await refuses(arrive('c', 'a_b'), 'provider-username-taken');
  assert.equal(new Set(ids).size, ids.length);
  assert.equal((await arrive('ab')).id, ids[0]);
});

test('a subject that can be no username, or makes one that is too long, is nobody here', async () => {
  const pool = await open();
  for (const subject of ['x'.repeat(124), 'a b', 'a\u0000b', 'a\u200bb'])
    await refuses(signInFederated(pool, client, source(), proven({}, subject)), 'provider-subject');
  assert.equal(
    (await signInFederated(pool, client, source(), proven({}, 'x'.repeat(123)))).username.length,
    128,
  );
});

test('FED-121 the same person in many windows at once is one account', async () => {
  const pool = await open();
  const made = await Promise.all(
    Array.from({ length: 10 }, () => signInFederated(pool, client, source(), proven())),
  );
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  assert.equal((await people(pool)).length, 1);
});

test('FED-107 FED-128 nothing is written for somebody who is refused', async () => {
  const pool = await open({ SchemaAttributes: schema(attribute('email', { Required: true })) });
  const mapping = { email: 'email', nickname: 'nick' };
  const arrive = (attributes: ProvenIdentity['attributes']) =>
    signInFederated(pool, client, source(mapping), proven(attributes));
  await refuses(arrive({ nick: 'Bo' }), 'provider-attributes-required', 'attributes required: [email]');
  assert.equal((await people(pool)).length, 0);
  const { id } = await arrive({ email: 'bo@example.com' });
  await refuses(arrive({ nick: 'Bo' }), 'provider-attributes-required');
  await changeAccount(pool, id, (current) => ({ ...current, enabled: false }));
  await refuses(arrive({ email: 'bo@new.example', nick: 'Bo' }), 'user-disabled');
  assert.deepEqual((await pool.accounts.find(id))?.attributes, {
    email: 'bo@example.com',
    email_verified: 'false',
  });
});

test('FED-132 where administrators make the accounts, people of providers have theirs all the same', async () => {
  const pool = await open();
  pool.settings.AdminCreateUserConfig = {
    ...pool.settings.AdminCreateUserConfig,
    AllowAdminCreateUserOnly: true,
  };
  assert.equal((await signInFederated(pool, client, source(), proven())).status, 'EXTERNAL_PROVIDER');
});

test('what Apple tells at the first visit alone is kept, required or not', async () => {
  const pool = await open({ SchemaAttributes: schema(attribute('name', { Required: true })) });
  const arrive = (type: string, attributes: ProvenIdentity['attributes']) =>
    signInFederated(pool, client, { name: type, type, mapping: { name: 'name' } }, proven(attributes));
  await refuses(arrive('SignInWithApple', {}), 'provider-attributes-required');
  await arrive('SignInWithApple', { name: 'Bo' });
  assert.equal((await arrive('SignInWithApple', {})).attributes['name'], 'Bo');
  await arrive('OIDC', { name: 'Bo' });
  await refuses(arrive('OIDC', {}), 'provider-attributes-required');
});
