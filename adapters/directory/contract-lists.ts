/** The part of the contract about lists and counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidCursor } from '../errors.ts';
import { server, type World } from './contract.ts';
import type { PoolRecord } from './records.ts';
import type { Kind, Page } from './store.ts';

async function allOf<K extends Kind>(read: (cursor?: string) => Promise<Page<K>>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<K> = await read(cursor);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
}

export function listsContract({ processes, newPool }: World): void {
  test('list gives the records of a kind in the order of their ids by code point', async () => {
    const { one, two } = newPool();
    const ids = [
      'A',
      'Z',
      'a',
      'a ',
      'aa',
      'b',
      'é',
      '名',
      '\ue000',
      '\ufffd',
      '\uffff',
      '\u{1f600}',
      '\u{10ffff}',
    ];
    for (const id of ids.toReversed()) await one.create('resource-server', id, server(id));
    for (const limit of [1, 4, 60]) {
      assert.deepEqual(await allOf((cursor) => two.list('resource-server', { limit, cursor })), ids);
    }
    assert.deepEqual(await one.list('domain', { limit: 10 }), { items: [] });
    assert.equal(await one.count('resource-server'), ids.length);
    assert.equal(await one.count('domain'), 0);
  });

  test('the last page has no cursor, also when it is full', async () => {
    const { one } = newPool();
    for (const id of ['a', 'b']) await one.create('resource-server', id, server(id));
    const page = await one.list('resource-server', { limit: 2 });
    assert.deepEqual(
      page.items.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(page.cursor, undefined);
  });

  test('every record that was there is listed once while others come and go', async () => {
    const { one, two } = newPool();
    const ids = Array.from({ length: 30 }, (_, n) => `r${String(n).padStart(3, '0')}`);
    for (const id of ids) await one.create('resource-server', id, server(id));
    let round = 0;
    const seen = await allOf(async (cursor) => {
      const page = await one.list('resource-server', { limit: 7, cursor });
      const last = page.items.at(-1)?.id ?? '';
      await two.create('resource-server', `a${round++}`, server(''));
      await two.create('resource-server', `${last}+`, server(''));
      await two.remove('resource-server', last);
      return page;
    });
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(
      seen.filter((id) => /^r\d+$/.test(id)),
      ids,
    );
  });

  test('a cursor of another list and none at all are refused', async () => {
    const { one } = newPool();
    for (const id of ['a', 'b']) await one.create('resource-server', id, server(id));
    const { cursor } = await one.list('resource-server', { limit: 1 });
    assert.ok(cursor);
    await assert.rejects(one.list('domain', { limit: 1, cursor }), InvalidCursor);
    await assert.rejects(processes()[0].listPools({ limit: 1, cursor }), InvalidCursor);
    await assert.rejects(one.list('resource-server', { limit: 1, cursor: 'x' }), InvalidCursor);
  });

  test('listPools lists the pools of the installation, page by page, in the order of their ids', async () => {
    const [stores, elsewhere] = processes();
    const made: string[] = [];
    for (let n = 0; n < 7; n++) {
      const { id, one } = newPool();
      const record: Partial<PoolRecord> = { name: `Pool ${n}`, region: 'eu-central-1' };
      await one.create('pool', id, record as PoolRecord);
      made.push(id);
    }
    const found = await allOf((cursor) => elsewhere.listPools({ limit: 2, cursor }));
    assert.deepEqual(found, found.toSorted());
    assert.deepEqual(
      found.filter((id) => made.includes(id)),
      made.sort(),
    );
    const { items } = await stores.listPools({ limit: 60 });
    const [first] = made;
    const listed = items.find(({ id }) => id === first);
    assert.deepEqual(listed, await stores.find('pool', first ?? ''));
    assert.equal(listed?.pool, first);
  });
}
