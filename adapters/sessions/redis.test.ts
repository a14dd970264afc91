import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { NewerSchema, Unavailable } from '../errors.ts';
import { answersAgain } from '../testing/answers-again.ts';
import { type Cable, cableTo } from '../testing/cable.ts';
import { serviceAddress } from '../testing/service-address.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { sessionsContract } from './contract.ts';
import { openRedisSessions } from './redis.ts';
import type { SessionStores } from './store.ts';

const url = serviceAddress('REDIS_URL');
const prefix = `test-${randomUUID()}`;
const clock = { now: () => Date.now() };
const redis = new Redis(url);

const keys = async () => {
  const found: string[] = [];
  for await (const batch of redis.scanStream({ match: `${prefix}:*`, count: 1000 })) found.push(...batch);
  return found;
};

after(async () => {
  const left = await keys();
  if (left.length) await redis.del(left);
  redis.disconnect();
});

sessionsContract('Redis', (moved) =>
  openRedisSessions({ url, prefix, clock: moved, patienceMs: UNHURRIED_MS }),
);

test('every key has an expiry, but the one with the version of the schema', async () => {
  const found = await keys();
  assert.ok(found.length > 10, 'the contract left some records');
  for (const key of found) {
    const milliseconds = await redis.pttl(key);
    if (key === `${prefix}:schema`) assert.equal(milliseconds, -1);
    else assert.ok(milliseconds > 0, `${key} never ends`);
  }
});

test('a key is kept a minute longer than its record, for processes whose clocks are behind', async () => {
  const stores = await openRedisSessions({ url, prefix, clock });
  const pool = randomUUID();
  await stores.forPool(pool).put('code', 'one', {}, clock.now() + 10_000);
  const milliseconds = await redis.pttl(`${prefix}:r:{${pool}:code:one}`);
  assert.ok(milliseconds > 60_000 && milliseconds <= 70_000, `${milliseconds}`);
  await stores.close();
});

test('data that a newer Foyer wrote is refused', async () => {
  const newer = `${prefix}:newer`;
  await redis.set(`${newer}:schema`, 99);
  await assert.rejects(openRedisSessions({ url, prefix: newer, clock }), (error) => {
    assert.ok(error instanceof NewerSchema);
    assert.match(error.message, /version 99.*up to 1\b/s);
    return true;
  });
});

describe('a Redis that goes away', { timeout: 60_000 }, () => {
  let cable: Cable;
  let stores: SessionStores;
  /** Not over the cable, and patient: what happens while Redis is there is no question of how soon. */
  let direct: SessionStores;
  before(async () => {
    cable = await cableTo(url);
    stores = await openRedisSessions({ url: `redis://${cable.address}`, prefix, clock });
    direct = await openRedisSessions({ url, prefix, clock, patienceMs: UNHURRIED_MS });
  });
  after(async () => {
    await stores.close();
    await direct.close();
    await cable.close();
  });

  const away = async () => {
    const store = stores.forPool('away');
    const verbs: Promise<unknown>[] = [
      store.find('code', 'one'),
      store.take('code', 'one'),
      store.put('code', 'one', { secret: 'x' }, clock.now() + 1000),
      store.count('wrong', 'one', 60_000),
      stores.ping(),
    ];
    for (const verb of await Promise.allSettled(verbs)) {
      assert.equal(verb.status, 'rejected');
      assert.ok(verb.reason instanceof Unavailable, String(verb.reason));
      assert.equal(verb.reason.store, 'sessions');
      assert.ok(verb.reason.cause instanceof Error);
      assert.doesNotMatch(
        JSON.stringify(verb.reason.cause, Object.getOwnPropertyNames(verb.reason.cause)),
        /secret/,
      );
    }
  };

  test('is Unavailable while it is stopped, and answers again without a restart', async () => {
    const pool = randomUUID();
    const store = stores.forPool(pool);
    await direct.forPool(pool).put('code', 'one', { n: 1 }, clock.now() + 60_000);
    await answersAgain(() => store.find('code', 'one'));
    await cable.cut();
    await away();
    await away();
    await cable.mend();
    await answersAgain(() => store.find('code', 'one'));
    assert.deepEqual(await direct.forPool(pool).take('code', 'one'), { n: 1 });
  });

  test('what failed is not done later', async () => {
    const pool = randomUUID();
    const store = stores.forPool(pool);
    await cable.cut();
    for (let n = 0; n < 3; n++) await assert.rejects(store.count('wrong', 'one', 60_000), Unavailable);
    await cable.mend();
    await answersAgain(() => store.counted('wrong', 'one'));
    assert.equal(await direct.forPool(pool).counted('wrong', 'one'), 0);
  });

  test('is Unavailable when it is silent, and answers again', async () => {
    cable.mute();
    await away();
    await cable.mend();
    await answersAgain(() => stores.ping());
  });

  test('whoever has more patience waits longer', async () => {
    const address = `redis://${cable.address}`;
    const patient = await openRedisSessions({ url: address, prefix, clock, patienceMs: UNHURRIED_MS });
    cable.mute();
    const ended: string[] = [];
    const ends = (who: string, store: SessionStores) =>
      assert.rejects(store.forPool('away').find('code', 'one'), Unavailable).then(() => ended.push(who));
    const waits = ends('patient', patient);
    await ends('usual', stores);
    assert.deepEqual(ended, ['usual']);
    await patient.close();
    await waits;
    await cable.mend();
  });

  test('a stop that nobody hears of until it is used: open says Unavailable', async () => {
    await cable.cut();
    await assert.rejects(
      openRedisSessions({ url: `redis://${cable.address}`, prefix, clock, openWithinMs: 0 }),
      Unavailable,
    );
    await cable.mend();
  });
});
