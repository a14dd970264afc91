/** The part of the contract about `createAll`: many accounts at once, each as if it were alone. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AlreadyExists } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { testAccount as account } from '../testing/test-account.ts';
import type { NewPool } from './contract.ts';

const takenOf = (results: (AlreadyExists | undefined)[]) =>
  results.map((result) => {
    assert.ok(result === undefined || result instanceof AlreadyExists);
    return result?.taken;
  });

export function manyContract(newPool: NewPool): void {
  test('many accounts are created at once, and found and listed like any other', async () => {
    const [store, elsewhere] = newPool();
    assert.deepEqual(await store.createAll([]), []);
    const people = Array.from({ length: 120 }, (_, n) =>
      account({ username: `p${String(n).padStart(3, '0')}`, email: `p${n}@example.com` }),
    );
    assert.deepEqual(takenOf(await store.createAll(people)), Array(120).fill(undefined));
    for (const person of [people[0], people[77], people[119]])
      assert.deepEqual(await elsewhere.findByName('email', person?.names.email ?? ''), person);
    assert.equal(await store.estimate(), 120);
    const { items } = await elsewhere.list({ limit: 200 });
    assert.deepEqual(items, people);
  });

  test('one that cannot be created does not hold up the others, and nothing of it stays', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    const noa = account({ username: 'noa' });
    const shadow = account({ username: 'new', phone_number: '+491', email: 'mia@example.com' });
    const twin = account({ username: 'twin' }, { id: noa.id });
    const results = await store.createAll([shadow, noa, { ...mia, id: randomUUID() }, twin]);
    assert.deepEqual(takenOf(results), ['email:mia@example.com', undefined, 'username:mia', `id:${noa.id}`]);
    assert.deepEqual(await store.findByName('username', 'mia'), mia);
    assert.equal(await store.find(shadow.id), undefined);
    for (const name of ['new', 'twin']) assert.equal(await store.findByName('username', name), undefined);
    assert.equal(await store.findByName('phone_number', '+491'), undefined);
    assert.deepEqual((await store.list({ limit: 10 })).items, [mia, noa]);
    assert.equal(await store.estimate(), 2);
    await store.create(account({ username: 'new', phone_number: '+491' }));
  });

  test('of two that want the same name the first gets it', async () => {
    const [store] = newPool();
    const people = Array.from({ length: 60 }, (_, n) =>
      account({ username: `p${n % 20}`, ...(n >= 40 && { email: 'late@example.com' }) }),
    );
    const results = takenOf(await store.createAll(people));
    assert.deepEqual(
      results.map((taken) => taken === undefined),
      people.map((_, n) => n < 20),
    );
    for (const person of people.slice(0, 20))
      assert.deepEqual(await store.findByName('username', person.username), person);
  });

  test('of fifty who create the same many, each is created once', async () => {
    const pools = newPool();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { values, errors } = await fiftyAtOnce(async (index) => {
      const store = pools[index % 2] ?? pools[0];
      return store.createAll(names.map((username) => account({ username })));
    });
    assert.deepEqual(errors, []);
    for (const [n] of names.entries())
      assert.equal(values.filter((results) => results[n] === undefined).length, 1);
    assert.equal((await pools[0].list({ limit: 50 })).items.length, names.length);
  });
}
