/** What is used up stays used up when a replica takes over: nobody is told of it before the replica has it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Unavailable } from '../errors.ts';
import { PATIENCE_MS } from '../patience.ts';
import { answersAgain } from '../testing/answers-again.ts';
import { cableTo } from '../testing/cable.ts';
import { type RedisNode, startRedisServer } from '../testing/redis-servers.ts';
import { ask, replicates, startCluster } from '../testing/redis-topologies.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { sessionsContract } from './contract.ts';
import { openRedisSessions } from './redis.ts';
import type { SessionStore, SessionStores } from './store.ts';

const clock = { now: () => Date.now() };
const later = () => clock.now() + 60_000;

const primary = await startRedisServer();
const replica = await startRedisServer(['--replicaof', '127.0.0.1', String(primary.port)]);
await replicates(replica.port);
// Before the first test: while a file waits between its tests, those that have ended may be taken for all of them.
const cluster = await startCluster(1);
const url = `redis://127.0.0.1:${primary.port}`;
sessionsContract('Redis with a replica that confirms', (moved) =>
  openRedisSessions({ url, replicas: 1, clock: moved, patienceMs: UNHURRIED_MS }),
);

sessionsContract('a Redis cluster with replicas that confirm', (moved) =>
  openRedisSessions({ url: cluster.url, replicas: 1, clock: moved, patienceMs: UNHURRIED_MS }),
);

for (const [form, address, replicas] of [
  ['one primary', url, [replica]],
  ['a cluster', cluster.url, cluster.nodes.slice(2)],
] as const) {
  describe(`replicas of ${form} that do not answer`, { timeout: 60_000 }, () => {
    let stores: SessionStores;
    let store: SessionStore;
    /** For what is to succeed, which is no question of how soon. */
    let unhurried: SessionStores;
    let patient: SessionStore;
    before(async () => {
      const options = { url: address, replicas: 1, clock };
      stores = await openRedisSessions(options);
      store = stores.forPool('eu-central-1_Replicas0');
      unhurried = await openRedisSessions({ ...options, patienceMs: UNHURRIED_MS });
      patient = unhurried.forPool('eu-central-1_Replicas0');
    });
    after(async () => {
      thaw(replicas);
      await stores.close();
      await unhurried.close();
    });

    test('nothing is used up, made, changed or counted that a failover could bring back', async () => {
      for (const id of ['taken', 'changed', 'removed']) await patient.put('code', id, { id }, later());
      freeze(replicas);
      const verbs: Promise<unknown>[] = [
        store.take('code', 'taken'),
        store.update('code', 'changed', (current) => ({ ...current, used: true })),
        store.remove('code', 'removed'),
        store.create('code', 'created', {}, later()),
        store.count('wrong', 'one', 60_000),
        stores.ping(),
      ];
      for (const verb of await Promise.allSettled(verbs)) {
        assert.equal(verb.status, 'rejected');
        assert.ok(verb.reason instanceof Unavailable, String(verb.reason));
      }
      // What only tells, or can be lost without harm, goes on.
      await patient.put('code', 'kept', { n: 1 }, later());
      assert.deepEqual(await patient.find('code', 'kept'), { n: 1 });
      assert.equal(await store.take('code', 'never was'), undefined);

      thaw(replicas);
      await answersAgain(() => stores.ping());
      assert.deepEqual(await patient.take('code', 'kept'), { n: 1 });
      assert.equal(await patient.take('code', 'taken'), undefined);
    });

    test('what was refused while all connections were held up is not done later', async () => {
      freeze(replicas);
      const counts = await Promise.allSettled(
        Array.from({ length: 60 }, () => store.count('wrong', 'many', 60_000)),
      );
      assert.ok(counts.every(({ status }) => status === 'rejected'));
      const sent = await patient.counted('wrong', 'many');
      assert.ok(sent < 60, `${sent} of 60 were sent`);
      thaw(replicas);
      await answersAgain(() => stores.ping());
      assert.equal(await patient.counted('wrong', 'many'), sent);
    });
  });
}

test('what only the primary knows is lost in a failover: the bound that the setting moves', async (t) => {
  const primary = await startRedisServer();
  const cable = await cableTo(`redis://127.0.0.1:${primary.port}`);
  t.after(() => cable.close());
  const [host = '', port = ''] = cable.address.split(':');
  const replica = await startRedisServer(['--replicaof', host, port]);
  await replicates(replica.port);
  const open = async (at: RedisNode, replicas: number, patienceMs = UNHURRIED_MS) => {
    const address = `redis://127.0.0.1:${at.port}`;
    const stores = await openRedisSessions({ url: address, replicas, patienceMs, clock });
    t.after(() => stores.close());
    return stores.forPool('eu-central-1_Replicas1');
  };
  const careless = await open(primary, 0);
  const careful = await open(primary, 1, PATIENCE_MS);
  const confirmed = await open(primary, 1);
  for (const id of ['one', 'two']) await confirmed.create('code', id, { id }, later());

  cable.mute();
  assert.deepEqual(await careless.take('code', 'one'), { id: 'one' });
  await assert.rejects(careful.take('code', 'two'), Unavailable);
  primary.child.kill('SIGKILL');
  await ask(replica.port, (redis) => redis.replicaof('NO', 'ONE'));
  const promoted = await open(replica, 0);
  assert.deepEqual(await promoted.take('code', 'one'), { id: 'one' }, 'used twice');
  assert.deepEqual(await promoted.take('code', 'two'), { id: 'two' }, 'used once');
});

function freeze(nodes: readonly RedisNode[]): void {
  for (const { child } of nodes) child.kill('SIGSTOP');
}

function thaw(nodes: readonly RedisNode[]): void {
  for (const { child } of nodes) child.kill('SIGCONT');
}
