/** The part of the contract about identities at providers: one holder at a time, as many as an account likes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlreadyExists } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { testAccount as account } from '../testing/test-account.ts';
import type { NewPool } from './contract.ts';
import type { Identity } from './store.ts';

const identity = (provider: string, subject: string): Identity => ({
  provider,
  type: 'OIDC',
  subject,
  primary: false,
  linkedAt: 1,
});

const taken = (error: unknown) =>
  error instanceof AlreadyExists && /^identity-[\w-]{43}:held$/.test(error.taken);

export function identitiesContract(newPool: NewPool): void {
  test('an account is found by each of its identities, and by nothing that resembles one', async () => {
    const [store, elsewhere] = newPool();
    const long = 'x'.repeat(3000);
    const mia = account(
      { username: 'mia' },
      { identities: [identity('Okta', '|"$.1'), identity('Okta', long), identity('a|b', 'c')] },
    );
    await store.create(mia);
    for (const held of mia.identities ?? []) assert.deepEqual(await elsewhere.findByIdentity(held), mia);
    for (const [provider, subject] of [
      ['a', 'b|c'],
      ['okta', '|"$.1'],
      ['Okta', '|"$.1 '],
      ['Okta', ''],
    ] as const)
      assert.equal(await store.findByIdentity({ provider, subject }), undefined);
  });

  test('an identity that is held is refused, and free once it is given up or its account is gone', async () => {
    const [store] = newPool();
    const mia = account({ username: 'mia' }, { identities: [identity('Okta', '1')] });
    const noa = account({ username: 'noa' });
    await store.create(mia);
    await store.create(noa);
    await assert.rejects(store.create(account({ username: 'ada' }, { identities: mia.identities })), taken);
    assert.equal(await store.findByName('username', 'ada'), undefined);
    const link = (current: typeof noa) => ({ ...current, identities: [identity('Okta', '1')] });
    await assert.rejects(store.update(noa.id, link), taken);
    await store.update(mia.id, (current) => ({ ...current, identities: [identity('Okta', '2')] }));
    await store.update(noa.id, link);
    assert.equal((await store.findByIdentity({ provider: 'Okta', subject: '1' }))?.id, noa.id);
    await store.remove(noa.id);
    assert.equal(await store.findByIdentity({ provider: 'Okta', subject: '1' }), undefined);
    assert.equal((await store.findByIdentity({ provider: 'Okta', subject: '2' }))?.id, mia.id);
  });

  test('another pool knows nothing of it', async () => {
    const [store] = newPool();
    const [other] = newPool();
    await store.create(account({ username: 'mia' }, { identities: [identity('Okta', '1')] }));
    assert.equal(await other.findByIdentity({ provider: 'Okta', subject: '1' }), undefined);
    await other.create(account({ username: 'mia' }, { identities: [identity('Okta', '1')] }));
  });

  test('of fifty who want one identity at the same moment one gets it', async () => {
    const [store, elsewhere] = newPool();
    const { values } = await fiftyAtOnce((index) =>
      (index % 2 ? store : elsewhere).create(
        account({ username: `mia-${index}` }, { identities: [identity('Okta', '1')] }),
      ),
    );
    assert.equal(values.length, 1);
  });
}
