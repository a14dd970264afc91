/** Several Redis servers: keys spread over a cluster, and a primary that Sentinel replaces. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answersAgain } from '../testing/answers-again.ts';
import { ask, startCluster, startSentinel } from '../testing/redis-topologies.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { sessionsContract } from './contract.ts';
import { openRedisSessions } from './redis.ts';

const clock = { now: () => Date.now() };

const { url } = await startCluster();
sessionsContract('a Redis cluster', (moved) =>
  openRedisSessions({ url, clock: moved, patienceMs: UNHURRIED_MS }),
);

describe('Sentinel', { timeout: 60_000 }, () => {
  test('a store follows the primary to another server, without a restart', async () => {
    const sentinel = await startSentinel(2);
    const stores = await openRedisSessions({ url: sentinel.url, replicas: 1, clock });
    const store = stores.forPool('eu-central-1_Sentinel0');
    // Confirmed by a replica, so a failover cannot lose it. Another each time: one that was not confirmed may be there.
    let tries = 0;
    await answersAgain(() => store.create('code', `one ${++tries}`, { n: 1 }, clock.now() + 60_000));
    const failing = sentinel.failOver();
    await answersAgain(() => store.put('code', 'two', { n: 2 }, clock.now() + 60_000));
    await failing;
    assert.match(await ask(sentinel.primary().port, (redis) => redis.info('replication')), /role:master/);
    await answersAgain(() => stores.ping());
    assert.deepEqual(await store.take('code', `one ${tries}`), { n: 1 });
    assert.deepEqual(await store.take('code', 'two'), { n: 2 });
    await stores.close();
  });
});
