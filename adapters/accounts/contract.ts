/**
 * The proof of `store.ts`: every implementation passes all of it, none is asked by name. `open` opens the same data
 * at each call, as another process would. Names, lists and groups have files of their own beside this one.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { LARGEST_RECORD } from '../databases/record-text.ts';
import { AlreadyExists, Missing, TooLarge } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
import { testAccount as account } from '../testing/test-account.ts';
import { freshListsContract } from './contract-fresh-lists.ts';
import { groupsContract } from './contract-groups.ts';
import { identitiesContract } from './contract-identities.ts';
import { listContract } from './contract-lists.ts';
import { manyContract } from './contract-many.ts';
import { namesContract } from './contract-names.ts';
import type { Account, AccountStore, AccountStores } from './store.ts';

/** A new pool, as two processes hold it. */
export type NewPool = () => [AccountStore, AccountStore];

export function accountsContract(engine: string, open: () => Promise<AccountStores>): void {
  describe(`accounts on ${engine}`, () => {
    let processes: AccountStores[] = [];
    before(async () => {
      processes = [await open(), await open()];
    });
    after(async () => {
      for (const stores of processes) await stores.close();
    });

    const newPool: NewPool = () => {
      const id = `eu-central-1_${randomUUID()}`;
      const [one, two] = processes.map((stores) => stores.forPool(id));
      assert.ok(one && two);
      return [one, two];
    };

    recordsContract(newPool);
    namesContract(newPool);
    listContract(newPool);
    freshListsContract(newPool);
    groupsContract(newPool);
    identitiesContract(newPool);
    manyContract(newPool);

    test('ping answers while the store can be read and written', async () => {
      for (const stores of processes) await stores.ping();
    });
  });
}

function recordsContract(newPool: NewPool): void {
  test('find gives what create wrote, in this process and another', async () => {
    const [store, elsewhere] = newPool();
    const mia = account(
      { username: 'mia', email: 'mia@example.com' },
      {
        attributes: {
          name: 'Mía \u{1F600} "|',
          'custom:a.b': '$c',
          __proto__: 'kept',
        } as Account['attributes'],
        passwordHash: '$argon2id$...',
        temporaryPasswordAt: 7,
        lastSignInAt: 8,
        enabled: false,
      },
    );
    await store.create(mia);
    assert.deepEqual(await store.find(mia.id), mia);
    assert.deepEqual(await elsewhere.find(mia.id), mia);
    assert.equal(await store.find(randomUUID()), undefined);
  });

  test('create refuses an id that is there, and leaves no name behind', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    const second = account({ username: 'noa', email: 'noa@example.com' }, { id: mia.id });
    await assert.rejects(store.create(second), taken(`id:${mia.id}`));
    assert.deepEqual(await store.find(mia.id), mia);
    assert.equal(await store.findByName('username', 'noa'), undefined);
    await store.create(account({ username: 'noa', email: 'noa@example.com' }));
    assert.equal(await store.estimate(), 2);
  });

  test('update writes what the change returns, but never another id', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    const next = await store.update(mia.id, (current) => ({
      ...current,
      id: 'other',
      epoch: current.epoch + 1,
    }));
    assert.deepEqual(next, { ...mia, epoch: 1 });
    assert.deepEqual(await store.find(mia.id), { ...mia, epoch: 1 });
    assert.equal(await store.find('other'), undefined);
  });

  test('update without a flush writes the same', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    const change = (current: Account) => ({ ...current, epoch: 3, names: { username: 'noa' } });
    const next = await store.update(mia.id, change, { flush: false });
    assert.deepEqual(await elsewhere.findByName('username', 'noa'), next);
    assert.equal(await elsewhere.findByName('username', 'mia'), undefined);
  });

  test('update throws Missing, and what the change throws, and then writes nothing', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await assert.rejects(
      store.update(mia.id, (current) => current),
      Missing,
    );
    await store.create(mia);
    const refusal = new Error('no');
    const change = (current: Account): Account => {
      current.names.email = 'other@example.com';
      throw refusal;
    };
    await assert.rejects(store.update(mia.id, change), (error) => error === refusal);
    assert.deepEqual(await store.find(mia.id), mia);
    await store.update(mia.id, (current) => ({ ...current, epoch: 5 }));
    assert.equal((await store.find(mia.id))?.epoch, 5);
  });

  test('fifty updates at once all count', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    const { values, errors } = await fiftyAtOnce((index) =>
      (index % 2 ? store : elsewhere).update(mia.id, (current) => ({ ...current, epoch: current.epoch + 1 })),
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(
      values.map(({ epoch }) => epoch).sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    assert.equal((await store.find(mia.id))?.epoch, 50);
  });

  test('fifty callers create one account: one succeeds', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    const { values, errors } = await fiftyAtOnce((index) => (index % 2 ? store : elsewhere).create(mia));
    assert.equal(values.length, 1);
    assert.ok(errors.every((error) => error instanceof AlreadyExists));
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), mia);
    assert.equal(await store.estimate(), 1);
  });

  test('remove says whether there was one: of fifty callers, once', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia' });
    assert.equal(await store.remove(mia.id), false);
    await store.create(mia);
    const { values } = await fiftyAtOnce((index) => (index % 2 ? store : elsewhere).remove(mia.id));
    assert.equal(values.filter(Boolean).length, 1);
    assert.equal(await store.find(mia.id), undefined);
    assert.equal(await store.estimate(), 0);
  });

  test('another pool sees, changes and removes nothing of it', async () => {
    const [store] = newPool();
    const [stranger] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    assert.equal(await stranger.find(mia.id), undefined);
    assert.equal(await stranger.findByName('email', 'mia@example.com'), undefined);
    await assert.rejects(
      stranger.update(mia.id, (current) => ({ ...current, enabled: false })),
      Missing,
    );
    assert.equal(await stranger.remove(mia.id), false);
    assert.deepEqual((await stranger.list({ limit: 10 })).items, []);
    assert.equal(await stranger.estimate(), 0);
    await stranger.create({ ...mia, attributes: { name: 'stranger' } });
    await stranger.clear();
    assert.equal(await stranger.findByName('email', 'mia@example.com'), undefined);
    assert.deepEqual(await store.find(mia.id), mia);
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), mia);
    assert.equal(await store.estimate(), 1);
  });

  test('ids and names with odd characters stay apart', async () => {
    const [store] = newPool();
    for (const odd of ODD_IDS) await store.create(account({ username: odd, email: odd }, { id: odd }));
    for (const odd of ODD_IDS) {
      assert.equal((await store.find(odd))?.id, odd);
      assert.equal((await store.findByName('username', odd))?.id, odd);
      const filter = { field: 'email', match: 'equals', value: odd } as const;
      assert.deepEqual(
        (await store.list({ filter, limit: 5 })).items.map(({ id }) => id),
        [odd],
      );
    }
    for (const odd of ODD_IDS) assert.equal(await store.remove(odd), true);
    assert.equal(await store.estimate(), 0);
  });

  test('an account that is too large is refused, and nothing of it stays', async () => {
    const [store] = newPool();
    const large = { attributes: { name: 'x'.repeat(LARGEST_RECORD) } };
    await assert.rejects(store.create(account({ username: 'mia' }, large)), TooLarge);
    const mia = account({ username: 'mia' });
    await store.create(mia);
    await assert.rejects(
      store.update(mia.id, (current) => ({ ...current, ...large, names: { username: 'noa' } })),
      TooLarge,
    );
    assert.deepEqual(await store.findByName('username', 'mia'), mia);
    await store.create(account({ username: 'noa' }));
  });

  test('clear removes every account of the pool and frees their names', async () => {
    const [store] = newPool();
    const people = Array.from({ length: 30 }, (_, n) =>
      account({ username: `p${n}`, email: `p${n}@example.com` }),
    );
    for (const person of people) await store.create(person);
    assert.equal(await store.estimate(), 30);
    await store.clear();
    assert.deepEqual(await store.list({ limit: 10 }), { items: [] });
    assert.equal(await store.estimate(), 0);
    for (const person of people.slice(0, 3)) await store.create(person);
    assert.equal(await store.estimate(), 3);
    assert.deepEqual(await store.findByName('email', 'p1@example.com'), people[1]);
  });
}

/** A check that the error says what was taken. */
export function taken(what: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AlreadyExists, String(error));
    assert.equal(error.taken, what);
    return true;
  };
}
