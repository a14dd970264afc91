/** The part of the contract about what stays apart: pools, kinds and ids, whatever characters they hold. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Missing } from '../errors.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
import { HOUR, type World } from './contract.ts';

export function apartContract({ processes, newPool, hence }: World): void {
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
    const [one] = processes();
    // Joined by a colon, all three would be the same key.
    await one.forPool(tag).put('a', 'b:c', { n: 1 }, hence(HOUR));
    await one.forPool(tag).put('a:b', 'c', { n: 2 }, hence(HOUR));
    await one.forPool(`${tag}:a`).put('b', 'c', { n: 3 }, hence(HOUR));
    assert.deepEqual(await one.forPool(tag).find('a', 'b:c'), { n: 1 });
    assert.deepEqual(await one.forPool(tag).find('a:b', 'c'), { n: 2 });
    assert.deepEqual(await one.forPool(`${tag}:a`).find('b', 'c'), { n: 3 });
  });
}
