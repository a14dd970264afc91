/** The part of the contract about what happens once: of many callers one creates, takes, changes; all are counted. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AlreadyExists } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { HOUR, type World } from './contract.ts';
import type { SessionStore } from './store.ts';

/** Fifty calls at once, half from each process. */
const fiftyTimes = <T>(pool: [SessionStore, SessionStore], call: (store: SessionStore) => Promise<T>) =>
  fiftyAtOnce((index) => call(index % 2 ? pool[0] : pool[1]));

export function singleUseContract({ newPool, hence, pass }: World): void {
  test('create throws AlreadyExists and keeps the record that was there', async () => {
    const [store] = newPool();
    await store.create('code', 'one', { n: 1 }, hence(HOUR));
    await assert.rejects(store.create('code', 'one', { n: 2 }, hence(2 * HOUR)), (error) => {
      assert.ok(error instanceof AlreadyExists);
      assert.equal(error.taken, 'code:one');
      return true;
    });
    assert.deepEqual(await store.find('code', 'one'), { n: 1 });
    pass(HOUR);
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
    pass(1);
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

  test('count counts in a window that later calls do not prolong', async () => {
    const [store, elsewhere] = newPool();
    assert.equal(await store.counted('wrong', 'one'), 0);
    assert.equal(await store.count('wrong', 'one', HOUR), 1);
    pass(HOUR / 2);
    assert.equal(await elsewhere.count('wrong', 'one', HOUR), 2);
    assert.equal(await store.counted('wrong', 'one'), 2);
    pass(HOUR / 2 - 1);
    assert.equal(await store.count('wrong', 'one', 10 * HOUR), 3);
    pass(1);
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
}
