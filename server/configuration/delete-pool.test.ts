import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings, Records } from '#adapters/directory/records.ts';
import { openStores, type Stores } from '#adapters/open.ts';
import { deletePool, finishDeletion, finishDeletions } from './delete-pool.ts';

let stores: Stores;
before(async () => {
  stores = await openStores({ dataFolder: ':memory:', clock: { now: () => 0 } });
});
after(() => stores.close());

const account = (id: string): Account => ({
  id,
  username: id,
  attributes: {},
  enabled: true,
  status: 'CONFIRMED',
  epoch: 0,
  names: { username: id },
  search: { username: id },
  createdAt: 0,
  modifiedAt: 0,
});

/** A pool with something of everything that it can own. */
async function newPool(id: string, deleting?: true): Promise<void> {
  const directory = stores.directory.forPool(id);
  const settings = { DeletionProtection: 'INACTIVE' } as PoolSettings;
  await directory.create('pool', id, { name: id, region: 'r', settings, tags: {}, deleting });
  const client = { settings: { ClientName: 'c' } } as Records['client'];
  for (let i = 0; i < 250; i++) await directory.create('client', `${id}-${i}`, client);
  await directory.create('resource-server', 'bills', { name: 'Bills', scopes: [] });
  await directory.create('group', 'staff', { key: 'k' });
  await directory.create('import-job', 'import-1', { status: 'Created' } as Records['import-job']);
  await directory.create('import-turn', 'last', { job: 'import-1', at: 0 });
  await stores.uploads.forPool(id).write('file', 0, Buffer.from('people'), 1000);
  const publicJwk = { kty: 'RSA', n: 'n', e: 'e' };
  await directory.create('signing-key', 'k', { use: 'id', publicJwk, sealedPrivateJwk: 'x', activeFrom: 0 });
  for (let i = 0; i < 10; i++) await stores.accounts.forPool(id).create(account(`person-${i}`));
}

async function left(id: string): Promise<number> {
  const directory = stores.directory.forPool(id);
  const kinds = [
    'pool',
    'client',
    'resource-server',
    'group',
    'signing-key',
    'domain',
    'import-job',
    'import-turn',
  ] as const;
  const counts = await Promise.all(kinds.map((kind) => directory.count(kind)));
  const people = await stores.accounts.forPool(id).list({ limit: 60 });
  const files = (await stores.uploads.forPool(id).read('file', 0)) ? 1 : 0;
  return counts.reduce((sum, count) => sum + count, people.items.length + files);
}

test('everything of the pool goes, and nothing of another', async () => {
  await newPool('gone');
  await newPool('stays');
  const before = await left('stays');
  await deletePool(stores, 'gone');
  assert.deepEqual([await left('gone'), await left('stays')], [0, before]);
});

test('two who delete a pool at once both end, and nothing is left', async () => {
  await newPool('at-once', true);
  await Promise.all([finishDeletion(stores, 'at-once'), finishDeletion(stores, 'at-once')]);
  assert.equal(await left('at-once'), 0);
});

test('people go once nothing is left that could bring more of them', async () => {
  await newPool('busy', true);
  const directory = stores.directory.forPool('busy');
  const makers = () => Promise.all([directory.count('client'), directory.count('import-job')]);
  let still: number[] | undefined;
  const clear = async () => {
    still = await makers();
    await stores.accounts.forPool('busy').clear();
  };
  const forPool = (id: string) => ({ ...stores.accounts.forPool(id), clear });
  await finishDeletion({ ...stores, accounts: { ...stores.accounts, forPool } }, 'busy');
  assert.deepEqual(still, [0, 0]);
  assert.equal(await left('busy'), 0);
});

test('a start takes up what a crash cut short, and touches no other pool', async () => {
  await newPool('marked', true);
  await newPool('alive');
  const before = await left('alive');
  await finishDeletions(stores);
  assert.deepEqual([await left('marked'), await left('alive')], [0, before]);
});
