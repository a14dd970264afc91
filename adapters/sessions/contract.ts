/**
 * The proof of `store.ts`: every implementation passes all of it, none is asked by name. `open` opens the same data
 * at each call, as another process would; the clock stands still until a test moves it. What of many callers one
 * may do, and what stays apart, is in files of their own.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Clock } from '../clock.ts';
import { LARGEST_RECORD } from '../databases/record-text.ts';
import { Missing, TooLarge } from '../errors.ts';
import { apartContract } from './contract-apart.ts';
import { singleUseContract } from './contract-single-use.ts';
import type { SessionStore, SessionStores } from './store.ts';

export const HOUR = 3_600_000;

/** What the tests share. */
export interface World {
  /** The same data, opened by two processes. */
  processes(): [SessionStores, SessionStores];
  /** A new pool, as both processes hold it. */
  newPool(): [SessionStore, SessionStore];
  /** The time in so many milliseconds. */
  hence(ms: number): number;
  /** Moves the time, in milliseconds. */
  pass(ms: number): void;
}

export function sessionsContract(engine: string, open: (clock: Clock) => Promise<SessionStores>): void {
  describe(`sessions on ${engine}`, () => {
    let now = 1_790_000_000_000;
    let opened: SessionStores[] = [];
    before(async () => {
      const clock = { now: () => now };
      opened = [await open(clock), await open(clock)];
    });
    after(async () => {
      for (const stores of opened) await stores.close();
    });

    const processes = (): [SessionStores, SessionStores] => {
      const [one, two] = opened;
      assert.ok(one && two);
      return [one, two];
    };
    const newPool = (): [SessionStore, SessionStore] => {
      const id = `eu-central-1_${randomUUID()}`;
      const [one, two] = processes();
      return [one.forPool(id), two.forPool(id)];
    };
    const hence = (ms: number) => now + ms;
    const pass = (ms: number) => {
      now += ms;
    };

    const world: World = { processes, newPool, hence, pass };
    recordsContract(world);
    singleUseContract(world);
    apartContract(world);

    test('ping answers while the store can be read and written', async () => {
      for (const stores of opened) await stores.ping();
    });
  });
}

function recordsContract({ newPool, hence, pass }: World): void {
  test('find gives what put wrote, in this process and another', async () => {
    const [store, elsewhere] = newPool();
    const value = { text: 'ü\u{1F600}|"', list: [1, { deep: null }], '': 0.5, 'a.b': { $c: true } };
    await store.put('code', 'one', value, hence(HOUR));
    assert.deepEqual(await store.find('code', 'one'), value);
    assert.deepEqual(await elsewhere.find('code', 'one'), value);
    assert.equal(await store.find('code', 'two'), undefined);
    assert.equal(await store.find('grant', 'one'), undefined);
  });

  test('put replaces the value and the expiry', async () => {
    const [store] = newPool();
    await store.put('code', 'one', { n: 1 }, hence(2 * HOUR));
    await store.put('code', 'one', { n: 2 }, hence(HOUR));
    assert.deepEqual(await store.find('code', 'one'), { n: 2 });
    pass(HOUR);
    assert.equal(await store.find('code', 'one'), undefined);
    await store.put('code', 'one', { n: 3 }, hence(1));
    assert.deepEqual(await store.find('code', 'one'), { n: 3 });
  });

  test('a record whose time has come is not there, for any verb', async () => {
    const [store] = newPool();
    for (const id of ['find', 'take', 'update', 'create']) await store.put('code', id, { id }, hence(HOUR));
    pass(HOUR - 1);
    assert.deepEqual(await store.find('code', 'find'), { id: 'find' });
    pass(1);
    assert.equal(await store.find('code', 'find'), undefined);
    assert.equal(await store.take('code', 'take'), undefined);
    await assert.rejects(
      store.update('code', 'update', (current) => current),
      Missing,
    );
    await store.create('code', 'create', { fresh: true }, hence(HOUR));
    assert.deepEqual(await store.find('code', 'create'), { fresh: true });
  });

  test('a record written with an expiry that has passed is not there, and hides an older one', async () => {
    const [store] = newPool();
    await store.put('code', 'one', { n: 1 }, hence(HOUR));
    await store.put('code', 'one', { n: 2 }, hence(-HOUR));
    assert.equal(await store.find('code', 'one'), undefined);
    await assert.rejects(store.put('code', 'one', { n: 3 }, Number.NaN), RangeError);
  });

  test('update changes the value, returns it and keeps the expiry', async () => {
    const [store] = newPool();
    await store.put('grant', 'one', { n: 1 }, hence(HOUR));
    const next = await store.update<{ n: number }>('grant', 'one', ({ n }) => ({ n: n + 1 }));
    assert.deepEqual(next, { n: 2 });
    assert.deepEqual(await store.find('grant', 'one'), { n: 2 });
    pass(HOUR);
    assert.equal(await store.find('grant', 'one'), undefined);
  });

  test('update throws Missing, and what the change throws, and then writes nothing', async () => {
    const [store] = newPool();
    await assert.rejects(
      store.update('grant', 'one', () => ({})),
      Missing,
    );
    assert.equal(await store.find('grant', 'one'), undefined);
    await store.put('grant', 'one', { n: 1 }, hence(HOUR));
    const refusal = new Error('no');
    const change = (current: { n: number }) => {
      current.n = 7;
      throw refusal;
    };
    await assert.rejects(store.update('grant', 'one', change), (error) => error === refusal);
    assert.deepEqual(await store.find('grant', 'one'), { n: 1 });
    await store.put('grant', 'one', { n: 2 }, hence(HOUR));
    assert.deepEqual(await store.find('grant', 'one'), { n: 2 });
  });

  test('remove is quiet when there is nothing', async () => {
    const [store] = newPool();
    await store.remove('code', 'one');
    await store.put('code', 'one', {}, hence(HOUR));
    await store.remove('code', 'one');
    assert.equal(await store.find('code', 'one'), undefined);
    await store.create('code', 'one', {}, hence(HOUR));
  });

  test('a record that is too large is refused, and the older one stays', async () => {
    const [store] = newPool();
    const large = { text: 'x'.repeat(LARGEST_RECORD) };
    await store.put('code', 'one', { n: 1 }, hence(HOUR));
    await assert.rejects(store.put('code', 'one', large, hence(HOUR)), TooLarge);
    await assert.rejects(store.create('code', 'two', large, hence(HOUR)), TooLarge);
    await assert.rejects(
      store.update('code', 'one', () => large),
      TooLarge,
    );
    assert.deepEqual(await store.find('code', 'one'), { n: 1 });
    assert.equal(await store.find('code', 'two'), undefined);
  });
}
