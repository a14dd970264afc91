import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPool } from '../testing/new-pool.ts';
import type { TestPool } from '../testing/open-pool.ts';
import { refused } from '../testing/people.ts';
import { createAccount } from '../write-account.ts';
import { disableUser } from './disable-user.ts';
import { listUsers } from './list-users.ts';

let made = 0;
const add = (pool: TestPool, username: string, attributes: Record<string, string> = {}) =>
  createAccount(pool, {
    id: `id-${String(made++).padStart(4, '0')}`,
    username,
    attributes,
    status: 'CONFIRMED',
  });
const names = async (pool: TestPool, filter?: string) =>
  (await listUsers(pool, { filter })).accounts.map(({ username }) => username);

test('USR-103 USR-113 all users come in pages of at most 60, without duplicates', async () => {
  const pool = await newPool();
  for (let i = 0; i < 130; i++) await add(pool, `user-${String(i).padStart(3, '0')}`);
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listUsers(pool, { cursor });
    seen.push(...page.accounts.map(({ username }) => username));
    sizes.push(page.accounts.length);
    cursor = page.cursor;
  } while (cursor);
  assert.deepEqual(sizes, [60, 60, 10]);
  assert.equal(new Set(seen).size, 130);
  assert.deepEqual(seen, seen.toSorted());
  assert.equal((await listUsers(pool, { limit: 0 })).accounts.length, 60);
  assert.equal((await listUsers(pool, { limit: 7 })).accounts.length, 7);
});

test('USR-113 the last page gives no token, also when it is full', async () => {
  const pool = await newPool();
  for (const name of ['a', 'b', 'c', 'd']) await add(pool, name);
  const first = await listUsers(pool, { limit: 2 });
  assert.ok(first.cursor);
  const second = await listUsers(pool, { limit: 2, cursor: first.cursor });
  assert.equal(second.accounts.length, 2);
  assert.equal(second.cursor, undefined);
  await refused(listUsers(pool, { cursor: 'made up' }), 'invalid-parameter');
});

test('USR-104 USR-114 filters match exactly or by prefix, in the order of their attribute', async () => {
  const pool = await newPool();
  await add(pool, 'a', { given_name: 'Mira' });
  await add(pool, 'b', { given_name: 'Mia' });
  await add(pool, 'c', { given_name: 'Mi' });
  await add(pool, 'd', { given_name: 'Tom' });
  await add(pool, 'e');
  assert.deepEqual(await names(pool, 'given_name ^= "Mi"'), ['c', 'b', 'a']);
  assert.deepEqual(await names(pool, 'given_name = "Mi"'), ['c']);
  assert.deepEqual(await names(pool, 'given_name = "None"'), []);
  assert.deepEqual(await names(pool), ['a', 'b', 'c', 'd', 'e']);
});

test('USR-109 USR-110 status is Enabled or Disabled; cognito:user_status ignores case', async () => {
  const pool = await newPool();
  await add(pool, 'maria');
  await add(pool, 'mia');
  await disableUser(pool, 'mia');
  assert.deepEqual(await names(pool, 'status = "Enabled"'), ['maria']);
  assert.deepEqual(await names(pool, 'status = "Disabled"'), ['mia']);
  assert.deepEqual(await names(pool, 'cognito:user_status = "confirmed"'), ['maria', 'mia']);
  assert.deepEqual(await names(pool, 'cognito:user_status ^= "Conf"'), ['maria', 'mia']);
  assert.deepEqual(await names(pool, 'cognito:user_status = "UNCONFIRMED"'), []);
});

test('USR-111 USR-198 case counts, except for names in a pool that ignores it', async () => {
  const attributes = { email: 'Mia@Example.com', family_name: 'Reyes' };
  const exact = await newPool();
  await add(exact, 'Maria', attributes);
  for (const filter of ['username = "maria"', 'email ^= "mia"', 'family_name = "reyes"'])
    assert.deepEqual(await names(exact, filter), [], filter);
  const folding = await newPool({ UsernameConfiguration: { CaseSensitive: false } });
  await add(folding, 'Maria', attributes);
  for (const filter of ['username = "MARIA"', 'email ^= "MIA"'])
    assert.deepEqual(await names(folding, filter), ['Maria'], filter);
  assert.deepEqual(await names(folding, 'family_name = "reyes"'), []);
});

test('USR-115 USR-197 the username filter means the real username, not an address', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const { id } = await createAccount(pool, {
    id: 'b7a8',
    username: 'b7a8',
    attributes: { email: 'mia@example.com' },
    status: 'CONFIRMED',
  });
  assert.deepEqual(await names(pool, 'username = "mia@example.com"'), []);
  assert.deepEqual(await names(pool, 'username = "b7a8"'), ['b7a8']);
  assert.deepEqual(await names(pool, 'email = "mia@example.com"'), ['b7a8']);
  assert.deepEqual(await names(pool, `sub = "${id}"`), ['b7a8']);
});

test('USR-112 what a list shows can be asked for, identities too, and an attribute that does not exist cannot', async () => {
  const pool = await newPool();
  await listUsers(pool, { attributesToGet: ['sub', 'email', 'identities'] });
  await refused(
    listUsers(pool, { attributesToGet: ['email', 'custom:none'] }),
    'invalid-parameter',
    'One or more requested attributes do not exist.',
  );
});
