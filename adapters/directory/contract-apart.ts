/** The part of the contract about what stays apart: pools, kinds and ids; and what is unique in the installation. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AlreadyExists, Missing } from '../errors.ts';
import { fiftyAtOnce } from '../testing/fifty-at-once.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
import { domain, server, type World } from './contract.ts';
import { type DirectoryStore, INSTALLATION, type Kind } from './store.ts';

export function apartContract({ processes, newPool, clock }: World): void {
  test('fifty pools create one global id: one succeeds, and is found by the id alone', async () => {
    const [stores, elsewhere] = processes();
    const prefix = randomUUID();
    const { values, errors } = await fiftyAtOnce(() => newPool().one.create('domain', prefix, domain()));
    assert.equal(values.length, 1);
    for (const error of errors) {
      assert.ok(error instanceof AlreadyExists);
      assert.equal(error.taken, `domain:${prefix}`);
    }
    assert.deepEqual(await stores.find('domain', prefix), values[0]);
    assert.deepEqual(await elsewhere.find('domain', prefix), values[0]);
    assert.equal(await stores.find('client', prefix), undefined);
    assert.equal(await stores.find('domain', `${prefix}x`), undefined);
  });

  test('a removed global id is free for another pool', async () => {
    const [stores] = processes();
    const [a, b] = [newPool(), newPool()];
    const prefix = randomUUID();
    await a.one.create('domain', prefix, domain());
    assert.equal(await a.one.remove('domain', prefix), true);
    assert.equal(await stores.find('domain', prefix), undefined);
    await b.one.create('domain', prefix, domain());
    assert.equal((await stores.find('domain', prefix))?.pool, b.id);
  });

  test('an id that is not global belongs to its pool: each may have it', async () => {
    const [a, b] = [newPool(), newPool()];
    await a.one.create('resource-server', 'api', server('a'));
    await b.one.create('resource-server', 'api', server('b'));
    await assert.rejects(b.two.create('resource-server', 'api', server('c')), AlreadyExists);
    assert.deepEqual((await a.one.find('resource-server', 'api'))?.record, server('a'));
    assert.deepEqual((await b.one.find('resource-server', 'api'))?.record, server('b'));
  });

  test('another pool sees, changes, counts and removes nothing of it, global or not', async () => {
    const [mine, stranger] = [newPool(), newPool()];
    const prefix = randomUUID();
    const created = [
      await mine.one.create('domain', prefix, domain()),
      await mine.one.create('resource-server', 'api', server('mine')),
    ];
    for (const { id } of created) {
      for (const kind of ['domain', 'resource-server'] as const) {
        assert.equal(await stranger.one.find(kind, id), undefined);
        assert.deepEqual(await stranger.one.findSome(kind, [id]), []);
        assert.equal(await stranger.one.remove(kind, id), false);
        await assert.rejects(
          stranger.one.update(kind, id, (current) => current),
          Missing,
        );
        assert.deepEqual(await stranger.one.list(kind, { limit: 10 }), { items: [] });
        assert.equal(await stranger.one.count(kind), 0);
      }
    }
    assert.deepEqual(await mine.one.find('domain', prefix), created[0]);
    assert.deepEqual(await mine.one.find('resource-server', 'api'), created[1]);
  });

  test('what belongs to the installation is kept like all else, told as a change, and out of reach of every pool', async () => {
    const [here, elsewhere] = processes();
    const arn = `arn:aws:acm:us-east-1:000000000000:certificate/${randomUUID()}`;
    const stamp = async () =>
      (await elsewhere.changes(clock.now())).find(({ pool }) => pool === INSTALLATION)?.stamp;
    const created = await here.installation.create('certificate', arn, { chain: 'a', sealedKey: 'b' });
    assert.equal(created.pool, INSTALLATION);
    await assert.rejects(
      elsewhere.installation.create('certificate', arn, { chain: '', sealedKey: '' }),
      AlreadyExists,
    );
    assert.deepEqual(await elsewhere.installation.find('certificate', arn), created);
    const before = await stamp();
    assert.ok(before);
    const renewed = await elsewhere.installation.update('certificate', arn, (old) => ({
      ...old,
      chain: 'c',
    }));
    assert.notEqual(await stamp(), before);
    assert.deepEqual((await here.installation.list('certificate', { limit: 1000 })).items.at(-1), renewed);

    // The types keep a pool from it; so do the stores, for whoever gets past the types.
    const stranger = newPool().one as DirectoryStore<Kind>;
    assert.equal(await stranger.find('certificate', arn), undefined);
    assert.deepEqual(await stranger.findSome('certificate', [arn]), []);
    assert.equal(await stranger.remove('certificate', arn), false);
    assert.equal(await stranger.count('certificate'), 0);
    assert.equal(await here.installation.remove('certificate', arn), true);
    assert.equal(await elsewhere.installation.find('certificate', arn), undefined);
  });

  test('ids with odd characters stay apart', async () => {
    const { one } = newPool();
    for (const odd of ODD_IDS) await one.create('resource-server', odd, server(odd));
    for (const odd of ODD_IDS) {
      assert.equal((await one.find('resource-server', odd))?.record.name, odd);
      assert.equal((await one.find('resource-server', odd))?.id, odd);
      assert.deepEqual(
        (await one.findSome('resource-server', [odd])).map(({ id }) => id),
        [odd],
      );
      assert.equal(await one.remove('resource-server', odd), true);
    }
    assert.equal(await one.count('resource-server'), 0);
    const [stores] = processes();
    const tag = randomUUID();
    // Joined by a bar, both would be the same record.
    await stores.forPool(tag).create('resource-server', 'resource-server|x', server('a'));
    assert.equal(await stores.forPool(`${tag}|resource-server`).find('resource-server', 'x'), undefined);
    await stores.forPool(`${tag}|resource-server`).create('resource-server', 'x', server('b'));
    assert.equal((await stores.forPool(tag).find('resource-server', 'resource-server|x'))?.record.name, 'a');
  });
}
