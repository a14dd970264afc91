/** The part of the contract about what lists show after somebody has written: what is stored now, whoever wrote it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { AlreadyExists } from '../errors.ts';
import { testAccount as account } from '../testing/test-account.ts';
import type { NewPool } from './contract.ts';
import type { AccountStore } from './store.ts';

export function freshListsContract(newPool: NewPool): void {
  const people = () =>
    Array.from({ length: 30 }, (_, n) => account({ username: `p${String(n).padStart(3, '0')}` }));
  const epochs = async (store: AccountStore) =>
    (await store.list({ limit: 60 })).items.map(({ epoch }) => epoch).join('');

  test('a list shows what was written since the one before, in this process and another', async () => {
    const [store, elsewhere] = newPool();
    const all = people();
    const [first] = all;
    assert.ok(first);
    await store.createAll(all);
    const write = (writer: AccountStore, some: typeof all, epoch: number) =>
      Promise.all(some.map(({ id }) => writer.update(id, (current) => ({ ...current, epoch }))));
    const shown = async (text: string) => {
      // What another process wrote is told to whoever asks afterwards, and that is in a later turn.
      await turn();
      assert.equal(await epochs(store), text);
      assert.equal(await epochs(elsewhere), text);
    };
    await shown('0'.repeat(30));
    await write(store, [first], 1);
    await shown(`1${'0'.repeat(29)}`);
    await write(store, all, 2);
    await shown('2'.repeat(30));
    await write(elsewhere, [first], 3);
    await shown(`3${'2'.repeat(29)}`);
    await write(elsewhere, all, 4);
    await shown('4'.repeat(30));
    await store.remove(first.id);
    await shown('4'.repeat(29));
    await store.create({ ...first, epoch: 5 });
    await shown(`5${'4'.repeat(29)}`);
    await elsewhere.clear();
    await shown('');
  });

  test('a list shows nothing of a step that was refused', async () => {
    const [store] = newPool();
    const all = people();
    const [first, second] = all;
    assert.ok(first && second);
    await store.createAll(all);
    await epochs(store);
    const refused = store.update(first.id, (current) => {
      current.epoch = 1;
      return { ...current, names: second.names };
    });
    await assert.rejects(refused, AlreadyExists);
    assert.equal(await epochs(store), '0'.repeat(30));
  });

  test('accounts with the same id in two pools are listed each in its own', async () => {
    const [store] = newPool();
    const [stranger] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    assert.equal(await epochs(store), '0');
    await stranger.create({ ...mia, epoch: 1 });
    assert.equal(await epochs(stranger), '1');
    assert.equal(await epochs(store), '0');
  });
}
