import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import type { ProvenIdentity } from '#federation/provider.ts';
import { type Reason, Refusal } from '../../errors.ts';
import { checkPassword } from '../sign-in/check-password.ts';
import { openTestPool, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD } from '../testing/people.ts';
import { createAccount } from '../write-account.ts';
import { disableProvider, linkProvider } from './link-provider.ts';
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

test('five people of providers can be linked to an account, each to one', async () => {
  const pool = await open();
  for (const [id, username] of [
    ['8a4f6a3e-0000-4000-8000-000000000005', 'bo'],
    ['8a4f6a3e-0000-4000-8000-000000000006', 'al'],
  ] as const)
    await createAccount(pool, { id, username, attributes: {}, status: 'CONFIRMED' });
  const link = (value: string, account = 'bo', attribute = 'Cognito_Subject') =>
    linkProvider(pool, {
      source: source(),
      person: { provider: 'Okta', attribute, value },
      account: { provider: 'Cognito', value: account },
    });
  for (const value of ['1', '2', '3', '4', '5']) await link(value);
  await refuses(link('6'), 'limit-exceeded');
  await refuses(link('1', 'al'), 'invalid-parameter');
  await refuses(link('7', 'al', 'email'), 'invalid-parameter');
  await refuses(link('', 'al'), 'invalid-parameter');
  await refuses(link('7', 'nobody'), 'user-not-found');
  // Where the provider has no name of its own for it (SAML), leaving it out is no way to say which one is meant.
  const person = { provider: 'Okta', value: '7' };
  const account = { provider: 'Cognito', value: 'al' };
  await refuses(linkProvider(pool, { source: source({}, 'SAML'), person, account }), 'invalid-parameter');
});

test('ATK-31 who is linked while they sign in for the first time has one account or the other, never both', async () => {
  const pool = await open();
  for (let round = 0; round < 20; round++) {
    const { id } = await createAccount(pool, {
      id: `8a4f6a3e-0000-4000-9000-0000000000${round + 10}`,
      username: `bo${round}`,
      attributes: {},
      status: 'CONFIRMED',
    });
    const person = { provider: 'Okta', attribute: 'Cognito_Subject', value: `s${round}` };
    const account = { provider: 'Cognito', value: `bo${round}` };
    const [linked, arrived] = await Promise.allSettled([
      linkProvider(pool, { source: source(), person, account }),
      signInFederated(pool, client, source(), proven({}, person.value)),
    ]);
    assert.ok(arrived.status === 'fulfilled', String(arrived.status === 'rejected' && arrived.reason));
    assert.equal(arrived.value.id === id, linked.status === 'fulfilled');
    const again = await signInFederated(pool, client, source(), proven({}, person.value));
    assert.equal(again.id, arrived.value.id);
  }
});

test('a provider that is disabled for somebody lets them in no more; the pool itself is one', async () => {
  const pool = await open();
  const { username } = await signInFederated(pool, client, source(), proven());
  const subject = (value: string, provider = 'Okta') => ({ provider, attribute: 'Cognito_Subject', value });
  await refuses(disableProvider(pool, subject('other')), 'user-not-found');
  await refuses(
    disableProvider(pool, { provider: 'Okta', attribute: 'email', value: 'ab12' }),
    'invalid-parameter',
  );
  await disableProvider(pool, subject('ab12'));
  await refuses(signInFederated(pool, client, source(), proven()), 'provider-username-taken');
  assert.equal((await people(pool)).length, 1);
  assert.equal((await pool.accounts.findByName('username', username))?.identities, undefined);
  const { account } = await confirmedWithPassword(pool, 'bo');
  await disableProvider(pool, subject('bo', 'Cognito'));
  await refuses(checkPassword(pool, client, { username: 'bo', password: PASSWORD }), 'credentials-wrong');
  assert.equal((await pool.accounts.find(account.id))?.srpVerifier, undefined);
});

async function confirmedWithPassword(pool: TestPool, username: string) {
  const account = await confirmed(pool, username);
  assert.equal((await checkPassword(pool, client, { username, password: PASSWORD })).id, account.id);
  return { account };
}
