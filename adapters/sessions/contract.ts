/**
 * The proof of `store.ts`: every implementation passes all of it, none is asked by name. `open` opens the same data
 * at each call, as another process would; the clock stands still until a test moves it.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Clock } from '../clock.ts';
import { LARGEST_RECORD } from '../databases/record-text.ts';
import { AlreadyExists, Missing, TooLarge } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
import type { SessionStore, SessionStores } from './store.ts';

const HOUR = 3_600_000;

export function sessionsContract(engine: string, open: (clock: Clock) => Promise<SessionStores>): void {
  describe(`sessions on ${engine}`, () => {
    let now = 1_790_000_000_000;
    const clock: Clock = { now: () => now };
    let processes: SessionStores[] = [];

    before(async () => {
      processes = [await open(clock), await open(clock)];
    });
    after(async () => {
      for (const stores of processes) await stores.close();
    });

    /** A new pool, as two processes hold it. */
    const newPool = (): [SessionStore, SessionStore] => {
      const id = `eu-central-1_${randomUUID()}`;
      const [one, two] = processes.map((stores) => stores.forPool(id));
      assert.ok(one && two);
      return [one, two];
    };
    const hence = (ms: number) => now + ms;

    /** Fifty calls at once, half from each process. */
    const fiftyTimes = <T>(pool: [SessionStore, SessionStore], call: (store: SessionStore) => Promise<T>) =>
      fiftyAtOnce((index) => call(index % 2 ? pool[0] : pool[1]));

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
      now += HOUR;
      assert.equal(await store.find('code', 'one'), undefined);
      await store.put('code', 'one', { n: 3 }, hence(1));
      assert.deepEqual(await store.find('code', 'one'), { n: 3 });
    });

    test('a record whose time has come is not there, for any verb', async () => {
      const [store] = newPool();
      for (const id of ['find', 'take', 'update', 'create']) await store.put('code', id, { id }, hence(HOUR));
      now += HOUR - 1;
      assert.deepEqual(await store.find('code', 'find'), { id: 'find' });
      now += 1;
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

    test('create throws AlreadyExists and keeps the record that was there', async () => {
      const [store] = newPool();
      await store.create('code', 'one', { n: 1 }, hence(HOUR));
      await assert.rejects(store.create('code', 'one', { n: 2 }, hence(2 * HOUR)), (error) => {
        assert.ok(error instanceof AlreadyExists);
        assert.equal(error.taken, 'code:one');
        return true;
      });
      assert.deepEqual(await store.find('code', 'one'), { n: 1 });
      now += HOUR;
      assert.equal(await store.find('code', 'one'), undefined);
    });

    test('fifty callers create a record: one succeeds', async () => {
      const pool = newPool();
      const { values, errors } = await fiftyTimes(pool, async (store) => {
        const mine = { by: randomUUID() };
        await store.create('code', 'one', mine, hence(HOUR));
        return mine;
      });
      assert.equal(values.length, 1);
      assert.ok(errors.every((error) => error instanceof AlreadyExists));
      assert.deepEqual(await pool[0].find('code', 'one'), values[0]);
    });

    test('fifty callers create where a record has expired: one succeeds', async () => {
      const pool = newPool();
      await pool[0].put('code', 'one', { old: true }, hence(1));
      now += 1;
      const { values } = await fiftyTimes(pool, (store) => store.create('code', 'one', {}, hence(HOUR)));
      assert.equal(values.length, 1);
    });

    test('take reads and removes', async () => {
      const [store, elsewhere] = newPool();
      await store.put('code', 'one', { n: 1 }, hence(HOUR));
      assert.deepEqual(await elsewhere.take('code', 'one'), { n: 1 });
      assert.equal(await store.take('code', 'one'), undefined);
      assert.equal(await store.find('code', 'one'), undefined);
    });

    test('fifty callers take a record: one gets it', async () => {
      const pool = newPool();
      for (let round = 0; round < 5; round++) {
        await pool[0].put('code', 'one', { round }, hence(HOUR));
        const { values } = await fiftyTimes(pool, (store) => store.take('code', 'one'));
        assert.equal(values.length, 50);
        assert.deepEqual(values.filter(Boolean), [{ round }]);
      }
    });

    test('update changes the value, returns it and keeps the expiry', async () => {
      const [store] = newPool();
      await store.put('grant', 'one', { n: 1 }, hence(HOUR));
      const next = await store.update<{ n: number }>('grant', 'one', ({ n }) => ({ n: n + 1 }));
      assert.deepEqual(next, { n: 2 });
      assert.deepEqual(await store.find('grant', 'one'), { n: 2 });
      now += HOUR;
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

    test('fifty updates at once all count', async () => {
      const pool = newPool();
      await pool[0].put('grant', 'one', { n: 0 }, hence(HOUR));
      const { values, errors } = await fiftyTimes(pool, (store) =>
        store.update<{ n: number }>('grant', 'one', ({ n }) => ({ n: n + 1 })),
      );
      assert.deepEqual(errors, []);
      assert.deepEqual(
        values.map(({ n }) => n).sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
      assert.deepEqual(await pool[0].find('grant', 'one'), { n: 50 });
    });

    test('update is a compare-and-set: of fifty that consume a code one may', async () => {
      const pool = newPool();
      await pool[0].put<{ consumed?: boolean }>('code', 'one', {}, hence(HOUR));
      const { values, errors } = await fiftyTimes(pool, (store) =>
        store.update<{ consumed?: boolean }>('code', 'one', (current) => {
          if (current.consumed) throw new Error('used');
          return { consumed: true };
        }),
      );
      assert.equal(values.length, 1);
      assert.ok(errors.every((error) => error instanceof Error && error.message === 'used'));
    });

    test('remove is quiet when there is nothing', async () => {
      const [store] = newPool();
      await store.remove('code', 'one');
      await store.put('code', 'one', {}, hence(HOUR));
      await store.remove('code', 'one');
      assert.equal(await store.find('code', 'one'), undefined);
      await store.create('code', 'one', {}, hence(HOUR));
    });

    test('count counts in a window that later calls do not prolong', async () => {
      const [store, elsewhere] = newPool();
      assert.equal(await store.counted('wrong', 'one'), 0);
      assert.equal(await store.count('wrong', 'one', HOUR), 1);
      now += HOUR / 2;
      assert.equal(await elsewhere.count('wrong', 'one', HOUR), 2);
      assert.equal(await store.counted('wrong', 'one'), 2);
      now += HOUR / 2 - 1;
      assert.equal(await store.count('wrong', 'one', 10 * HOUR), 3);
      now += 1;
      assert.equal(await store.counted('wrong', 'one'), 0);
      assert.equal(await store.count('wrong', 'one', HOUR), 1);
      assert.equal(await store.count('wrong', 'other', HOUR), 1);
    });

    test('fifty callers count: each gets a number of its own', async () => {
      const pool = newPool();
      const { values } = await fiftyTimes(pool, (store) => store.count('wrong', 'one', HOUR));
      assert.deepEqual(
        values.sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
      assert.equal(await pool[1].counted('wrong', 'one'), 50);
    });

    test('reset forgets a counter, and counters and records do not share keys', async () => {
      const [store] = newPool();
      await store.reset('wrong', 'one');
      await store.count('wrong', 'one', HOUR);
      await store.put('wrong', 'one', { n: 1 }, hence(HOUR));
      assert.equal(await store.count('wrong', 'one', HOUR), 2);
      await store.reset('wrong', 'one');
      assert.equal(await store.counted('wrong', 'one'), 0);
      assert.deepEqual(await store.find('wrong', 'one'), { n: 1 });
      await store.count('wrong', 'one', HOUR);
      await store.remove('wrong', 'one');
      assert.equal(await store.counted('wrong', 'one'), 1);
    });

    test('another pool sees, changes, takes and counts nothing of it', async () => {
      const [store] = newPool();
      const [stranger] = newPool();
      await store.put('code', 'one', { n: 1 }, hence(HOUR));
      await store.count('wrong', 'one', HOUR);
      assert.equal(await stranger.find('code', 'one'), undefined);
      assert.equal(await stranger.take('code', 'one'), undefined);
      await assert.rejects(
        stranger.update('code', 'one', () => ({ n: 2 })),
        Missing,
      );
      await stranger.remove('code', 'one');
      await stranger.create('code', 'one', { n: 3 }, hence(HOUR));
      await stranger.reset('wrong', 'one');
      assert.equal(await stranger.counted('wrong', 'one'), 0);
      assert.equal(await stranger.count('wrong', 'one', HOUR), 1);
      assert.deepEqual(await store.find('code', 'one'), { n: 1 });
      assert.equal(await store.counted('wrong', 'one'), 1);
    });

    test('kinds, ids and pools with odd characters stay apart', async () => {
      const [store] = newPool();
      for (const id of ODD_IDS) {
        await store.create('odd', id, { id }, hence(HOUR));
        assert.equal(await store.count('odd', id, HOUR), 1);
      }
      for (const id of ODD_IDS) assert.deepEqual(await store.take('odd', id), { id });
      const tag = randomUUID();
      const [one] = processes;
      assert.ok(one);
      // Joined by a colon, all three would be the same key.
      await one.forPool(tag).put('a', 'b:c', { n: 1 }, hence(HOUR));
      await one.forPool(tag).put('a:b', 'c', { n: 2 }, hence(HOUR));
      await one.forPool(`${tag}:a`).put('b', 'c', { n: 3 }, hence(HOUR));
      assert.deepEqual(await one.forPool(tag).find('a', 'b:c'), { n: 1 });
      assert.deepEqual(await one.forPool(tag).find('a:b', 'c'), { n: 2 });
      assert.deepEqual(await one.forPool(`${tag}:a`).find('b', 'c'), { n: 3 });
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

    test('ping answers while the store can be read and written', async () => {
      for (const stores of processes) await stores.ping();
    });
  });
}
