/**
 * The proof of `store.ts`: every implementation passes all of it, none is asked by name. `open` opens the same data
 * at each call, as another process would; the clock stands still until a test moves it. What stays apart,
 * lists and changes are in files of their own.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Clock } from '../clock.ts';
import { LARGEST_RECORD } from '../databases/record-text.ts';
import { Missing, TooLarge } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { apartContract } from './contract-apart.ts';
import { changesContract } from './contract-changes.ts';
import { listsContract } from './contract-lists.ts';
import type { DomainRecord, ResourceServerRecord } from './records.ts';
import type { DirectoryStore, DirectoryStores } from './store.ts';

/** What the tests share. */
export interface World {
  /** The same data, opened by two processes. */
  processes(): [DirectoryStores, DirectoryStores];
  /** A new pool, as both processes hold it, and its id. */
  newPool(): { id: string; one: DirectoryStore; two: DirectoryStore };
  clock: Clock;
  /** Moves the time, in milliseconds. */
  pass(ms: number): void;
}

export const domain = (version = '1'): DomainRecord => ({
  kind: 'prefix',
  status: 'ACTIVE',
  version,
  managedLoginVersion: 1,
});

export const server = (name: string): ResourceServerRecord => ({ name, scopes: [] });

export function directoryContract(engine: string, open: (clock: Clock) => Promise<DirectoryStores>): void {
  describe(`directory on ${engine}`, () => {
    let now = 1_790_000_000_000;
    const clock = { now: () => now };
    let opened: DirectoryStores[] = [];
    before(async () => {
      opened = [await open(clock), await open(clock)];
    });
    after(async () => {
      for (const stores of opened) await stores.close();
    });

    const processes = (): [DirectoryStores, DirectoryStores] => {
      const [one, two] = opened;
      assert.ok(one && two);
      return [one, two];
    };
    const newPool = () => {
      const id = `eu-central-1_${randomUUID()}`;
      const [one, two] = processes();
      return { id, one: one.forPool(id), two: two.forPool(id) };
    };
    const pass = (ms: number) => {
      now += ms;
    };

    const world: World = { processes, newPool, clock, pass };
    recordsContract(world);
    apartContract(world);
    listsContract(world);
    changesContract(world);

    test('ping answers while the store can be read and written', async () => {
      for (const stores of opened) await stores.ping();
    });
  });
}

function recordsContract({ newPool, clock, pass }: World): void {
  test('create returns what find then gives, in this process and another', async () => {
    const { id: pool, one, two } = newPool();
    const record: ResourceServerRecord = {
      name: 'Büro \u{1F600} "|',
      scopes: [{ ScopeName: 'a.b', ScopeDescription: '$c' }],
    };
    const created = await one.create('resource-server', 'https://api.example.com/a', record);
    assert.deepEqual(created, {
      pool,
      id: 'https://api.example.com/a',
      revision: 1,
      createdAt: clock.now(),
      modifiedAt: clock.now(),
      record,
    });
    assert.deepEqual(await one.find('resource-server', 'https://api.example.com/a'), created);
    assert.deepEqual(await two.find('resource-server', 'https://api.example.com/a'), created);
    assert.equal(await one.find('resource-server', 'https://api.example.com/b'), undefined);
    assert.equal(await one.find('domain', 'https://api.example.com/a'), undefined);
  });

  test('findSome gives those that are there, once each', async () => {
    const { one, two } = newPool();
    assert.deepEqual(await one.findSome('resource-server', []), []);
    const created = [];
    for (const id of ['c', 'a', 'b']) created.push(await one.create('resource-server', id, server(id)));
    const found = await two.findSome('resource-server', ['b', 'none', 'c', 'b']);
    assert.deepEqual(
      found.toSorted((x, y) => (x.id < y.id ? -1 : 1)),
      [created[2], created[0]],
    );
    assert.deepEqual(await one.findSome('domain', ['a']), []);
  });

  test('update counts the revision and the time, and keeps the rest', async () => {
    const { one, two } = newPool();
    const created = await one.create('resource-server', 'api', server('before'));
    pass(1000);
    const updated = await two.update('resource-server', 'api', (current) => ({ ...current, name: 'after' }));
    assert.deepEqual(updated, {
      ...created,
      revision: 2,
      modifiedAt: created.createdAt + 1000,
      record: server('after'),
    });
    assert.deepEqual(await one.find('resource-server', 'api'), updated);
  });

  test('update throws Missing, and what the change throws, and then writes nothing', async () => {
    const { one } = newPool();
    await assert.rejects(
      one.update('resource-server', 'api', (current) => current),
      Missing,
    );
    const created = await one.create('resource-server', 'api', server('before'));
    const refusal = new Error('no');
    const change = (current: ResourceServerRecord): ResourceServerRecord => {
      current.name = 'after';
      throw refusal;
    };
    await assert.rejects(one.update('resource-server', 'api', change), (error) => error === refusal);
    assert.deepEqual(await one.find('resource-server', 'api'), created);
  });

  test('fifty updates at once all count', async () => {
    const { one, two } = newPool();
    await one.create('resource-server', 'api', server(''));
    const { errors } = await fiftyAtOnce((index) =>
      (index % 2 ? one : two).update('resource-server', 'api', ({ name }) => server(`${name}x`)),
    );
    assert.deepEqual(errors, []);
    const found = await one.find('resource-server', 'api');
    assert.equal(found?.record.name, 'x'.repeat(50));
    assert.equal(found?.revision, 51);
  });

  test('update is a compare-and-set: of fifty that would be the first one is', async () => {
    const { one, two } = newPool();
    await one.create('resource-server', 'api', server('free'));
    const { values, errors } = await fiftyAtOnce((index) =>
      (index % 2 ? one : two).update('resource-server', 'api', ({ name }) => {
        if (name !== 'free') throw new Error('too late');
        return server(`winner ${index}`);
      }),
    );
    assert.equal(values.length, 1);
    assert.ok(errors.every((error) => error instanceof Error && error.message === 'too late'));
    assert.deepEqual(await one.find('resource-server', 'api'), values[0]);
  });

  test('remove says whether there was one: of fifty callers, once', async () => {
    const { one, two } = newPool();
    assert.equal(await one.remove('resource-server', 'api'), false);
    await one.create('resource-server', 'api', server('a'));
    const { values } = await fiftyAtOnce((index) => (index % 2 ? one : two).remove('resource-server', 'api'));
    assert.equal(values.filter(Boolean).length, 1);
    assert.equal(await one.find('resource-server', 'api'), undefined);
  });

  test('a record that is removed and made again begins anew', async () => {
    const { one } = newPool();
    await one.create('resource-server', 'api', server('a'));
    await one.update('resource-server', 'api', () => server('b'));
    await one.remove('resource-server', 'api');
    pass(1000);
    const again = await one.create('resource-server', 'api', server('c'));
    assert.equal(again.revision, 1);
    assert.equal(again.createdAt, clock.now());
  });

  test('a record that is too large is refused, and the older one stays', async () => {
    const { one } = newPool();
    const large = server('x'.repeat(LARGEST_RECORD));
    await assert.rejects(one.create('resource-server', 'large', large), TooLarge);
    const created = await one.create('resource-server', 'api', server('a'));
    await assert.rejects(
      one.update('resource-server', 'api', () => large),
      TooLarge,
    );
    assert.deepEqual(await one.find('resource-server', 'api'), created);
    assert.equal(await one.count('resource-server'), 1);
  });
}
