import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { mongoDatabase } from '../testing/mongo-database.ts';
import { testAccount as account } from '../testing/test-account.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { accountsContract, taken } from './contract.ts';
import { openMongoAccounts } from './mongo.ts';
import type { ClaimDocument } from './mongo-claims.ts';
import type { AccountStore, AccountStores } from './store.ts';

const { url, database, db } = mongoDatabase();

accountsContract('MongoDB', () =>
  openMongoAccounts({ url, database, patienceMs: UNHURRIED_MS, clock: { now: () => Date.now() } }),
);

describe('what a process left behind that died in the middle of a write', () => {
  let now = 1_790_000_000_000;
  let stores: AccountStores;
  let pool: string;
  let store: AccountStore;
  const claims = db.collection<ClaimDocument>('account_names');

  before(async () => {
    stores = await openMongoAccounts({ url, database, clock: { now: () => now } });
  });
  after(() => stores.close());
  const newPool = () => {
    pool = `eu-central-1_${randomUUID()}`;
    store = stores.forPool(pool);
  };
  const leave = (owner: string, value: string) =>
    claims.insertOne({ _id: `${pool}|email|${value}`, account: owner, token: randomUUID(), at: now });

  test('a claim without an account holds nothing, and is taken over once it is old', async () => {
    newPool();
    await leave(randomUUID(), 'mia@example.com');
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    assert.equal(await store.findByName('email', 'mia@example.com'), undefined);
    await assert.rejects(store.create(mia), taken('email:mia@example.com'));
    assert.equal(await store.findByName('username', 'mia'), undefined);
    now += 15_000;
    await store.create(mia);
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), mia);
  });

  test('a claim of an account that never got the name is taken over, by others or by itself', async () => {
    for (const heir of ['noa', 'mia']) {
      newPool();
      await store.create(account({ username: 'mia' }, { id: 'mia' }));
      await store.create(account({ username: 'noa' }, { id: 'noa' }));
      await leave('mia', 'new@example.com');
      assert.equal(await store.findByName('email', 'new@example.com'), undefined);
      now += 15_000;
      await store.update(heir, (current) => ({
        ...current,
        names: { ...current.names, email: 'new@example.com' },
      }));
      assert.equal((await store.findByName('email', 'new@example.com'))?.id, heir);
    }
  });

  test('a claim of a name that its account has dropped is free at once', async () => {
    newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    const claim = await claims.findOne({ _id: `${pool}|email|mia@example.com` });
    assert.ok(claim);
    now += 15_000;
    await store.update(mia.id, (current) => ({ ...current, names: { username: 'mia' } }));
    await claims.insertOne(claim);
    assert.equal(await store.findByName('email', 'mia@example.com'), undefined);
    const noa = account({ username: 'noa', email: 'mia@example.com' });
    await store.create(noa);
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), noa);
  });

  test('claims of an account that was removed are free', async () => {
    newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    const left = await claims.find({ account: mia.id }).toArray();
    assert.equal(left.length, 2);
    now += 15_000;
    await store.remove(mia.id);
    await claims.insertMany(left);
    assert.equal(await store.findByName('username', 'mia'), undefined);
    await store.create({ ...mia, id: randomUUID() });
  });

  test('a claim in use is never too old', async () => {
    newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    now += 365 * 86_400_000;
    const thief = account({ username: 'noa', email: 'mia@example.com' });
    await assert.rejects(store.create(thief), taken('email:mia@example.com'));
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), mia);
  });

  test('an account whose claim was taken over while it wrote does not hold the name', async () => {
    newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    // As if its process had stood still for a minute between claiming and writing.
    const noa = account({ username: 'noa' });
    await store.create(noa);
    const token = randomUUID();
    await claims.updateOne({ _id: `${pool}|email|mia@example.com` }, { $set: { account: noa.id, token } });
    const found = { $set: { 'held.email': token } };
    await db.collection<{ _id: string }>('accounts').updateOne({ _id: `${pool}|${noa.id}` }, found);
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), noa);
    await store.remove(mia.id);
    assert.deepEqual(
      await store.findByName('email', 'mia@example.com'),
      noa,
      'the claim is not the removed one',
    );
  });
});
