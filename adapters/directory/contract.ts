/**
 * The proof of `store.ts`: every implementation passes all of it, none is asked by name. `open` opens the same data
 * at each call, as another process would; the clock stands still until a test moves it. What it says about lists
 * and changes is in files of their own.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Clock } from '../clock.ts';
import { LARGEST_RECORD } from '../databases/record-text.ts';
import { AlreadyExists, Missing, TooLarge } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
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
    listsContract(world);
    changesContract(world);

    test('ping answers while the store can be read and written', async () => {
      for (const stores of opened) await stores.ping();
    });
  });
}

function recordsContract({ processes, newPool, clock, pass }: World): void {
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

  test('fifty pools create one global id: one succeeds, and is found by the id alone', async () => {
    const [stores, elsewhere] = processes();
    const prefix = randomUUID();
    const { values, errors } = await fiftyAtOnce(() => newPool().one.create('domain', prefix, domain()));
    assert.equal(values.length, 1);
    for (const error of errors) {
      assert.ok(error instanceof AlreadyExists);
      assert.equal(error.taken, `domain:${prefix}`);
    }
    assert.deepEqual(await stores.find('domain', prefix), values[0]);
    assert.deepEqual(await elsewhere.find('domain', prefix), values[0]);
    assert.equal(await stores.find('client', prefix), undefined);
    assert.equal(await stores.find('domain', `${prefix}x`), undefined);
  });

  test('a removed global id is free for another pool', async () => {
    const [stores] = processes();
    const [a, b] = [newPool(), newPool()];
    const prefix = randomUUID();
    await a.one.create('domain', prefix, domain());
    assert.equal(await a.one.remove('domain', prefix), true);
    assert.equal(await stores.find('domain', prefix), undefined);
    await b.one.create('domain', prefix, domain());
    assert.equal((await stores.find('domain', prefix))?.pool, b.id);
  });

  test('an id that is not global belongs to its pool: each may have it', async () => {
    const [a, b] = [newPool(), newPool()];
    await a.one.create('resource-server', 'api', server('a'));
    await b.one.create('resource-server', 'api', server('b'));
    await assert.rejects(b.two.create('resource-server', 'api', server('c')), AlreadyExists);
    assert.deepEqual((await a.one.find('resource-server', 'api'))?.record, server('a'));
    assert.deepEqual((await b.one.find('resource-server', 'api'))?.record, server('b'));
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

  test('another pool sees, changes, counts and removes nothing of it, global or not', async () => {
    const [mine, stranger] = [newPool(), newPool()];
    const prefix = randomUUID();
    const created = [
      await mine.one.create('domain', prefix, domain()),
      await mine.one.create('resource-server', 'api', server('mine')),
    ];
    for (const { id } of created) {
      for (const kind of ['domain', 'resource-server'] as const) {
        assert.equal(await stranger.one.find(kind, id), undefined);
        assert.equal(await stranger.one.remove(kind, id), false);
        await assert.rejects(
          stranger.one.update(kind, id, (current) => current),
          Missing,
        );
        assert.deepEqual(await stranger.one.list(kind, { limit: 10 }), { items: [] });
        assert.equal(await stranger.one.count(kind), 0);
      }
    }
    assert.deepEqual(await mine.one.find('domain', prefix), created[0]);
    assert.deepEqual(await mine.one.find('resource-server', 'api'), created[1]);
  });

  test('ids with odd characters stay apart', async () => {
    const { one } = newPool();
    for (const odd of ODD_IDS) await one.create('resource-server', odd, server(odd));
    for (const odd of ODD_IDS) {
      assert.equal((await one.find('resource-server', odd))?.record.name, odd);
      assert.equal((await one.find('resource-server', odd))?.id, odd);
      assert.equal(await one.remove('resource-server', odd), true);
    }
    assert.equal(await one.count('resource-server'), 0);
    const [stores] = processes();
    const tag = randomUUID();
    // Joined by a bar, both would be the same record.
    await stores.forPool(tag).create('resource-server', 'resource-server|x', server('a'));
    assert.equal(await stores.forPool(`${tag}|resource-server`).find('resource-server', 'x'), undefined);
    await stores.forPool(`${tag}|resource-server`).create('resource-server', 'x', server('b'));
    assert.equal((await stores.forPool(tag).find('resource-server', 'resource-server|x'))?.record.name, 'a');
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
