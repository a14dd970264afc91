/** The part of the contract about lists: ranges in one order, read page by page while others write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidCursor } from '../errors.ts';
import { testAccount as account } from '../testing/test-account.ts';
import type { NewPool } from './contract.ts';
import type { Account, AccountQuery, AccountStore } from './store.ts';

/** By code point: U+FFFD before U+1F600, which JavaScript's own comparison has the other way round. */
const IN_ORDER = [
  '',
  '\u0000',
  ' ',
  '"',
  '%',
  '*',
  '.',
  'A',
  'Z',
  '\\',
  '_',
  'a',
  'a\u0000',
  'a ',
  'aa',
  'ab',
  'az',
  'a~',
  'a\u007f',
  'aé',
  'a\ud7ff',
  'a\ue000',
  'a\ufffd',
  'a\uffff',
  'a\uffffz',
  'a\u{10000}',
  'a\u{1f600}',
  'a\u{1f600}x',
  'a\u{10ffff}',
  'a\u{10ffff}z',
  'b',
  'e\u0301',
  'é',
  'éé',
  '名',
  '\ud7ff',
  '\ud7ffa',
  '\ue000',
  '\ufffd',
  '\u{1f600}',
  '\u{10ffff}',
  '\u{10ffff}\u{10ffff}',
];

async function pages(store: AccountStore, query: AccountQuery): Promise<Account[][]> {
  const all: Account[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ ...query, cursor });
    assert.ok(page.items.length <= query.limit);
    all.push(page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

const named = (list: Account[]) => list.map(({ search }) => search.given_name);
const ids = (list: Account[]) => list.map(({ id }) => id);

export function listContract(newPool: NewPool): void {
  test('without a filter all accounts are listed in the order of their usernames', async () => {
    const [store, elsewhere] = newPool();
    assert.deepEqual(await store.list({ limit: 10 }), { items: [] });
    for (const username of ['b', 'B', 'é', 'a', '\u{1f600}', '\ufffd']) {
      // Listed even when the rules give no search value at all.
      await store.create(account({ username }, { search: {} }));
    }
    const all = await pages(elsewhere, { limit: 4 });
    assert.deepEqual(
      all.map((page) => page.map(({ username }) => username)),
      [
        ['B', 'a', 'b', 'é'],
        ['\ufffd', '\u{1f600}'],
      ],
    );
  });

  test('the order is by code point, and a prefix finds exactly what begins with it', async () => {
    const [store] = newPool();
    for (const [n, given_name] of IN_ORDER.entries()) {
      // Created in another order than they are listed in.
      await store.create(account({ username: `u${(n * 17) % 43}-${n}` }, { search: { given_name } }));
    }
    const prefixes = [
      '',
      'a',
      'a\ud7ff',
      'a\uffff',
      'a\u{1f600}',
      'a\u{10ffff}',
      '\u{10ffff}',
      'é',
      'e',
      '\ud7ff',
      '%',
      '_',
      '\\',
      '.',
      '*',
      '\u0000',
      'x',
    ];
    for (const value of prefixes) {
      const filter = { field: 'given_name', match: 'prefix', value } as const;
      for (const limit of [1, 3, 60]) {
        const found = (await pages(store, { filter, limit })).flat();
        assert.deepEqual(
          named(found),
          IN_ORDER.filter((text) => text.startsWith(value)),
          `prefix ${JSON.stringify(value)}, ${limit} at a time`,
        );
      }
    }
    for (const value of ['a', 'a\u{1f600}', 'a\uffff', '', '\u{10ffff}', 'none']) {
      const filter = { field: 'given_name', match: 'equals', value } as const;
      const { items, cursor } = await store.list({ filter, limit: 60 });
      assert.deepEqual(
        named(items),
        IN_ORDER.filter((text) => text === value),
      );
      assert.equal(cursor, undefined);
    }
  });

  test('accounts with the same value follow in the order of their ids, across pages', async () => {
    const [store] = newPool();
    const people = Array.from({ length: 23 }, (_, n) => account({ username: `p${n}` }));
    for (const person of people) await store.create(person);
    const sorted = ids(people).sort();
    for (const match of ['equals', 'prefix'] as const) {
      const filter = { field: 'user_status', match, value: 'CONFIRMED' } as const;
      const found = await pages(store, { filter, limit: 5 });
      assert.deepEqual(ids(found.flat()), sorted);
      assert.deepEqual(
        found.map((page) => page.length),
        [5, 5, 5, 5, 3],
      );
    }
  });

  test('the last page has no cursor, also when it is full', async () => {
    const [store] = newPool();
    for (const username of ['a', 'b', 'c', 'd']) await store.create(account({ username }));
    assert.deepEqual(
      (await pages(store, { limit: 2 })).map((page) => page.length),
      [2, 2],
    );
  });

  test('every account that was there is listed once while others come, change and go', async () => {
    const [store, elsewhere] = newPool();
    const people = Array.from({ length: 40 }, (_, n) =>
      account({ username: `p${String(n).padStart(3, '0')}` }),
    );
    for (const person of people) await store.create(person);
    const seen: string[] = [];
    let cursor: string | undefined;
    let round = 0;
    do {
      const page: { items: Account[]; cursor?: string } = await store.list({ limit: 7, cursor });
      seen.push(...page.items.map(({ username }) => username));
      cursor = page.cursor;
      const at = page.items.at(-1);
      assert.ok(at);
      // Before the cursor, just behind it, and the account at which the page ended goes away.
      await elsewhere.create(account({ username: `a${round}` }));
      await elsewhere.create(account({ username: `${at.username}+` }));
      await elsewhere.update(at.id, (current) => ({ ...current, epoch: 1 }));
      await elsewhere.remove(at.id);
      round++;
    } while (cursor !== undefined);
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(
      seen.filter((username) => /^p\d+$/.test(username)),
      people.map(({ username }) => username),
    );
    assert.ok(seen.includes('p006+'));
  });

  test('a list follows the search values of an account', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia' }, { search: { given_name: 'Mia', family_name: 'Reyes' } });
    await store.create(mia);
    const by = async (field: 'given_name' | 'family_name' | 'name', value: string) =>
      ids((await store.list({ filter: { field, match: 'equals', value }, limit: 5 })).items);
    assert.deepEqual(await by('family_name', 'Reyes'), [mia.id]);
    await store.update(mia.id, (current) => ({ ...current, search: { given_name: 'Mía', name: 'M' } }));
    assert.deepEqual(await by('family_name', 'Reyes'), []);
    assert.deepEqual(await by('given_name', 'Mia'), []);
    assert.deepEqual(await by('given_name', 'Mía'), [mia.id]);
    assert.deepEqual(await by('name', 'M'), [mia.id]);
    await store.remove(mia.id);
    assert.deepEqual(await by('given_name', 'Mía'), []);
  });

  test('a cursor of another list, of another pool and none at all', async () => {
    const [store] = newPool();
    const [stranger] = newPool();
    for (const username of ['a1', 'a2', 'b1', 'b2']) await store.create(account({ username }));
    const filter = { field: 'username', match: 'prefix', value: 'a' } as const;
    const { cursor } = await store.list({ filter, limit: 1 });
    assert.ok(cursor);
    assert.deepEqual(await stranger.list({ filter, limit: 1, cursor }), { items: [] });
    const wrong = [
      { limit: 1, cursor },
      { limit: 1, cursor, filter: { ...filter, value: 'b' } },
      { limit: 1, cursor, filter: { ...filter, match: 'equals' as const } },
      { limit: 1, filter, cursor: '' },
      { limit: 1, filter, cursor: 'none' },
      { limit: 1, filter, cursor: Buffer.from('[["username","prefix","a"],[1,2]]').toString('base64url') },
      { limit: 1, filter, cursor: Buffer.from('null').toString('base64url') },
    ];
    for (const query of wrong) await assert.rejects(store.list(query), InvalidCursor);
  });
}
