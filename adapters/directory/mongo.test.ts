import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { mongoDatabase } from '../testing/mongo-database.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { directoryContract } from './contract.ts';
import { openMongoDirectory } from './mongo.ts';
import type { ChangeDocument } from './mongo-changes.ts';

const { url, database, db } = mongoDatabase();

directoryContract('MongoDB', (clock) =>
  openMongoDirectory({ url, database, patienceMs: UNHURRIED_MS, clock }),
);

describe('a change whose process died in the middle', () => {
  const changes = db.collection<ChangeDocument>('directory_changes');
  let now = 1_790_000_000_000;
  const opening = openMongoDirectory({ url, database, clock: { now: () => now } });
  const stampOf = async (pool: string) =>
    (await (await opening).changes(now)).find((change) => change.pool === pool)?.stamp;

  test('is told with another stamp each time, until its write cannot come any more', async () => {
    const pool = randomUUID();
    await changes.insertOne({ _id: pool, stamp: 'begun', at: now, pending: { token: now } });
    const first = await stampOf(pool);
    const second = await stampOf(pool);
    assert.ok(first && second);
    assert.notEqual(first, second);
    now += 10_000;
    assert.equal(await stampOf(pool), 'begun');
    assert.equal(await stampOf(pool), 'begun');
    now += 11_000;
    assert.equal(await stampOf(pool), undefined);
  });

  test('does not disturb later changes, and is tidied away by one of them', async () => {
    const pool = randomUUID();
    await changes.insertOne({ _id: pool, stamp: 'begun', at: now, pending: { token: now } });
    now += 10_001;
    const stores = await opening;
    await stores.forPool(pool).create('resource-server', 'api', { name: 'API', scopes: [] });
    const stamp = await stampOf(pool);
    assert.equal(await stampOf(pool), stamp);
    assert.notEqual(stamp, 'begun');
    now += 60_000;
    await stores.forPool(pool).remove('resource-server', 'api');
    assert.deepEqual((await changes.findOne({ _id: pool }))?.pending, {});
    await stores.close();
  });
});
