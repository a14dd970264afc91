/** The part of the contract about groups: an account is listed under each of its memberships, and under no other. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { InvalidCursor } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
import { testAccount as account } from '../testing/test-account.ts';
import type { NewPool } from './contract.ts';
import type { Account, AccountStore, Membership } from './store.ts';

const memberOf = (...keys: string[]): { groups: Membership[] } => ({
  groups: keys.map((key) => ({ group: `name of ${key}`, key })),
});
const joining = (key: string) => (current: Account) => ({
  ...current,
  groups: [...(current.groups ?? []), { group: key, key }],
});
const leaving = (key: string) => (current: Account) => ({
  ...current,
  groups: (current.groups ?? []).filter((membership) => membership.key !== key),
});

async function members(store: AccountStore, key: string, limit = 60): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const filter = { field: 'group', match: 'equals', value: key } as const;
    const page = await store.list({ filter, limit, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
}

export function groupsContract(newPool: NewPool): void {
  test('an account is listed under each of its groups, in the order of ids, page by page', async () => {
    const [store, elsewhere] = newPool();
    const people = Array.from({ length: 11 }, (_, n) =>
      account({ username: `p${n}` }, memberOf('a', ...(n % 2 ? ['b'] : []))),
    );
    for (const person of people) await store.create(person);
    await store.create(account({ username: 'nobody' }));
    const all = people.map(({ id }) => id).sort();
    const odd = people.flatMap(({ id }, n) => (n % 2 ? [id] : [])).sort();
    for (const limit of [1, 4, 11, 60]) {
      assert.deepEqual(await members(elsewhere, 'a', limit), all);
      assert.deepEqual(await members(elsewhere, 'b', limit), odd);
    }
    assert.deepEqual(await members(store, 'c'), []);
    assert.deepEqual((await store.find(people[1]?.id ?? ''))?.groups, memberOf('a', 'b').groups);
  });

  test('the list follows the account: joined, left, removed', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    await store.update(mia.id, joining('a'));
    await store.update(mia.id, joining('b'));
    assert.deepEqual([await members(store, 'a'), await members(store, 'b')], [[mia.id], [mia.id]]);
    await store.update(mia.id, leaving('a'));
    assert.deepEqual([await members(store, 'a'), await members(store, 'b')], [[], [mia.id]]);
    await store.update(mia.id, leaving('b'));
    await store.update(mia.id, joining('c'));
    await store.remove(mia.id);
    for (const key of ['a', 'b', 'c']) assert.deepEqual(await members(store, key), []);
    await store.create(account({ username: 'mia' }, { id: mia.id }));
    assert.deepEqual(await members(store, 'c'), []);
  });

  test('fifty joins and leaves at once all count', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia' }, memberOf(...Array.from({ length: 25 }, (_, n) => `old ${n}`)));
    await store.create(mia);
    const { errors } = await fiftyAtOnce((index) => {
      const change = index % 2 ? joining(`new ${index}`) : leaving(`old ${index / 2}`);
      return (index % 4 < 2 ? store : elsewhere).update(mia.id, change);
    });
    assert.deepEqual(errors, []);
    const expected = Array.from({ length: 25 }, (_, n) => `new ${2 * n + 1}`);
    const held = (await store.find(mia.id))?.groups?.map(({ key }) => key) ?? [];
    assert.deepEqual(held.sort(), expected.sort());
    for (const key of expected) assert.deepEqual(await members(store, key), [mia.id]);
    assert.deepEqual(await members(store, 'old 3'), []);
  });

  test('everyone who stays is listed once while others join and leave', async () => {
    const [store, elsewhere] = newPool();
    const people = Array.from({ length: 30 }, (_, n) => account({ username: `p${n}` }, memberOf('a', 'z')));
    for (const person of people) await store.create(person);
    const filter = { field: 'group', match: 'equals', value: 'a' } as const;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: { items: Account[]; cursor?: string } = await store.list({ filter, limit: 4, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
      // Whoever the page ended at leaves; somebody comes who is listed nowhere near.
      await elsewhere.update(page.items.at(-1)?.id ?? '', leaving('a'));
      await elsewhere.create(account({ username: randomUUID() }, memberOf('b')));
    } while (cursor !== undefined);
    assert.deepEqual(seen, people.map(({ id }) => id).sort());
  });

  test('another pool lists none of them, and keys with odd characters stay apart', async () => {
    const [store] = newPool();
    const [stranger] = newPool();
    const mia = account({ username: 'mia' }, memberOf(...ODD_IDS));
    await store.create(mia);
    for (const odd of ODD_IDS) {
      assert.deepEqual(await members(store, odd), [mia.id]);
      assert.deepEqual(await members(stranger, odd), []);
    }
    assert.deepEqual(await members(store, 'a'), []);
    await store.clear();
    assert.deepEqual(await members(store, 'é'), []);
  });

  test('a cursor of one group is none of another', async () => {
    const [store] = newPool();
    for (const username of ['a', 'b']) await store.create(account({ username }, memberOf('x', 'y')));
    const of = (value: string) => ({ field: 'group', match: 'equals', value }) as const;
    const { cursor } = await store.list({ filter: of('x'), limit: 1 });
    assert.ok(cursor);
    await assert.rejects(store.list({ filter: of('y'), limit: 1, cursor }), InvalidCursor);
  });
}
