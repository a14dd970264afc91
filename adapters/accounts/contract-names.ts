/** The part of the contract about names: one holder at a time, and they follow the account at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlreadyExists } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { testAccount as account } from '../testing/test-account.ts';
import { type NewPool, taken } from './contract.ts';
import type { Account } from './store.ts';

const renamed = (names: Partial<Account['names']>) => (current: Account) => {
  const next = { ...current, names: { ...current.names, ...names } };
  return { ...next, search: { ...current.search, ...names } };
};

export function namesContract(newPool: NewPool): void {
  test('an account is found by each of its names, of the right kind only', async () => {
    const [store, elsewhere] = newPool();
    const names = { username: 'mia', email: 'm@example.com', phone_number: '+491', preferred_username: 'mi' };
    const mia = account(names);
    await store.create(mia);
    for (const kind of ['username', 'email', 'phone_number', 'preferred_username'] as const) {
      assert.deepEqual(await elsewhere.findByName(kind, names[kind]), mia);
      assert.equal(await store.findByName(kind, names[kind].toUpperCase().concat('!')), undefined);
    }
    assert.equal(await store.findByName('email', 'mia'), undefined);
  });

  test('create refuses a name that is held, naming the first, and nothing of the loser stays', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    const byEmail = account({ username: 'noa', email: 'mia@example.com', phone_number: '+491' });
    await assert.rejects(store.create(byEmail), taken('email:mia@example.com'));
    await assert.rejects(store.create({ ...byEmail, names: mia.names }), taken('username:mia'));
    assert.equal(await store.find(byEmail.id), undefined);
    assert.equal(await store.findByName('username', 'noa'), undefined);
    const noa = account({ username: 'noa', phone_number: '+491' });
    await store.create(noa);
    assert.deepEqual(await store.findByName('phone_number', '+491'), noa);
    assert.equal(await store.estimate(), 2);
  });

  test('the same value as a name of another kind is no conflict', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia' });
    const noa = account({ username: 'noa', preferred_username: 'mia' });
    await store.create(mia);
    await store.create(noa);
    assert.deepEqual(await store.findByName('username', 'mia'), mia);
    assert.deepEqual(await store.findByName('preferred_username', 'mia'), noa);
  });

  test('update adds, changes and drops names', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'old@example.com', phone_number: '+491' });
    await store.create(mia);
    const next = await store.update(mia.id, (current) => ({
      ...current,
      names: { username: 'mia', email: 'new@example.com', preferred_username: 'mi' },
    }));
    assert.equal(await store.findByName('email', 'old@example.com'), undefined);
    assert.equal(await store.findByName('phone_number', '+491'), undefined);
    assert.deepEqual(await store.findByName('email', 'new@example.com'), next);
    assert.deepEqual(await store.findByName('preferred_username', 'mi'), next);
    assert.deepEqual(await store.findByName('username', 'mia'), next);
  });

  test('update refuses a name that is held, and then nothing has changed', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    const noa = account({ username: 'noa', email: 'noa@example.com' });
    await store.create(mia);
    await store.create(noa);
    const change = (current: Account) => ({
      ...renamed({ phone_number: '+491', email: 'mia@example.com' })(current),
      epoch: 9,
    });
    await assert.rejects(store.update(noa.id, change), taken('email:mia@example.com'));
    assert.deepEqual(await store.find(noa.id), noa);
    assert.deepEqual(await store.findByName('email', 'noa@example.com'), noa);
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), mia);
    await store.create(account({ username: 'kim', phone_number: '+491' }));
  });

  test('a name that one account drops can be taken by another, and back', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia', email: 'team@example.com' });
    const noa = account({ username: 'noa' });
    await store.create(mia);
    await store.create(noa);
    let [holder, other] = [mia.id, noa.id];
    for (let round = 0; round < 3; round++) {
      await store.update(holder, renamed({ email: undefined }));
      assert.equal(await elsewhere.findByName('email', 'team@example.com'), undefined);
      await elsewhere.update(other, renamed({ email: 'team@example.com' }));
      assert.equal((await store.findByName('email', 'team@example.com'))?.id, other);
      [holder, other] = [other, holder];
    }
  });

  test('a name that its account drops and takes again is its own', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    await store.update(mia.id, renamed({ email: undefined }));
    await store.update(mia.id, renamed({ email: 'mia@example.com' }));
    assert.equal((await store.findByName('email', 'mia@example.com'))?.id, mia.id);
    await assert.rejects(
      store.create(account({ username: 'noa', email: 'mia@example.com' })),
      taken('email:mia@example.com'),
    );
  });

  test('remove frees the names', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(mia);
    await store.remove(mia.id);
    assert.equal(await store.findByName('username', 'mia'), undefined);
    const heir = account({ username: 'mia', email: 'mia@example.com' });
    await store.create(heir);
    assert.deepEqual(await store.findByName('email', 'mia@example.com'), heir);
  });

  test('fifty people sign up with one e-mail address: one gets it, the others leave nothing', async () => {
    const [store, elsewhere] = newPool();
    const people = Array.from({ length: 50 }, (_, n) =>
      account({ username: `p${n}`, email: 'one@example.com' }),
    );
    const { values, errors } = await fiftyAtOnce(async (index) => {
      const person = people[index];
      assert.ok(person);
      await (index % 2 ? store : elsewhere).create(person);
      return person;
    });
    assert.equal(values.length, 1);
    for (const error of errors) taken('email:one@example.com')(error);
    assert.deepEqual(await store.findByName('email', 'one@example.com'), values[0]);
    assert.deepEqual((await store.list({ limit: 60 })).items, values);
    assert.equal(await store.estimate(), 1);
  });

  test('fifty accounts claim one e-mail address: one gets it, the others are unchanged', async () => {
    const [store, elsewhere] = newPool();
    const people = Array.from({ length: 50 }, (_, n) =>
      account({ username: `p${n}`, email: `p${n}@example.com` }),
    );
    for (const person of people) await store.create(person);
    const { values, errors } = await fiftyAtOnce((index) =>
      (index % 2 ? store : elsewhere).update(
        people[index]?.id ?? '',
        renamed({ email: 'one@example.com', phone_number: `+${index}` }),
      ),
    );
    assert.equal(values.length, 1);
    for (const error of errors) taken('email:one@example.com')(error);
    const [winner] = values;
    assert.deepEqual(await elsewhere.findByName('email', 'one@example.com'), winner);
    for (const person of people) {
      const expected = person.id === winner?.id ? undefined : person;
      assert.deepEqual(await store.findByName('email', person.names.email ?? ''), expected);
      if (expected) assert.deepEqual(await elsewhere.find(person.id), expected);
    }
    assert.equal((await store.findByName('phone_number', winner?.names.phone_number ?? ''))?.id, winner?.id);
  });

  test('fifty updates give one account and take from it the same name: what it says is what is found', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia' });
    await store.create(mia);
    const { errors } = await fiftyAtOnce((index) =>
      (index % 2 ? store : elsewhere).update(
        mia.id,
        renamed({ email: index % 3 ? 'mia@example.com' : undefined }),
      ),
    );
    assert.deepEqual(errors, []);
    const now = await store.find(mia.id);
    const found = await elsewhere.findByName('email', 'mia@example.com');
    assert.deepEqual(found, now?.names.email ? now : undefined);
    await store.update(mia.id, renamed({ email: undefined }));
    await store.create(account({ username: 'noa', email: 'mia@example.com' }));
  });

  test('two accounts that swap names at once never both hold one', async () => {
    const [store, elsewhere] = newPool();
    const mia = account({ username: 'mia', email: 'a@example.com' });
    const noa = account({ username: 'noa', email: 'b@example.com' });
    await store.create(mia);
    await store.create(noa);
    const swaps = await Promise.allSettled([
      store.update(mia.id, renamed({ email: 'b@example.com' })),
      elsewhere.update(noa.id, renamed({ email: 'a@example.com' })),
    ]);
    for (const swap of swaps) {
      if (swap.status === 'rejected') assert.ok(swap.reason instanceof AlreadyExists);
    }
    for (const value of ['a@example.com', 'b@example.com']) {
      const both = [await store.find(mia.id), await store.find(noa.id)];
      const holders = both.filter((one) => one?.names.email === value);
      assert.ok(holders.length <= 1);
      assert.equal((await store.findByName('email', value))?.id, holders[0]?.id);
    }
  });
}
