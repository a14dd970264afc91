/** Several Redis servers: keys spread over a cluster, and a primary that Sentinel replaces. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { answersAgain } from '../testing/answers-again.ts';
import { startRedisServer } from '../testing/redis-servers.ts';
import { sessionsContract } from './contract.ts';
import { openRedisSessions } from './redis.ts';

const clock = { now: () => Date.now() };

async function cluster(): Promise<string> {
  const nodes = [];
  for (let n = 0; n < 2; n++) {
    nodes.push(await startRedisServer(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']));
  }
  const [one, two] = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  assert.ok(one && two);
  await one.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  await two.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  await one.call('CLUSTER', 'SET-CONFIG-EPOCH', '1');
  await two.call('CLUSTER', 'SET-CONFIG-EPOCH', '2');
  await one.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[1]?.port));
  for (const node of [one, two]) {
    while (!String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await turn();
    while (!String(await node.call('CLUSTER', 'INFO')).includes('cluster_known_nodes:2')) await turn();
    node.disconnect();
  }
  return `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
}

const url = await cluster();
sessionsContract('a Redis cluster', (moved) => openRedisSessions({ url, clock: moved }));

describe('Sentinel', { timeout: 60_000 }, () => {
  test('a store follows the primary to another server, without a restart', async () => {
    const primary = await startRedisServer();
    const replica = await startRedisServer(['--replicaof', '127.0.0.1', String(primary.port)]);
    const sentinel = await startRedisServer(
      [],
      [
        `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
        'sentinel down-after-milliseconds main 500',
        'sentinel failover-timeout main 2000',
      ].join('\n'),
    );
    const watcher = new Redis(replica.port, '127.0.0.1');
    while (!(await watcher.info('replication')).includes('master_link_status:up')) await turn();
    const overseer = new Redis(sentinel.port, '127.0.0.1');
    while (!String(await overseer.call('SENTINEL', 'REPLICAS', 'main')).includes(`${replica.port}`))
      await turn();

    const stores = await openRedisSessions({
      url: `redis+sentinel://127.0.0.1:${sentinel.port}/main`,
      clock,
    });
    const store = stores.forPool('eu-central-1_Sentinel0');
    await store.put('code', 'one', { n: 1 }, clock.now() + 60_000);
    while ((await watcher.exists('foyer:r:{eu-central-1_Sentinel0:code:one}')) === 0) await turn();

    const exit = once(primary.child, 'exit');
    primary.child.kill('SIGKILL');
    await exit;
    await answersAgain(() => store.put('code', 'two', { n: 2 }, clock.now() + 60_000));
    assert.match(await watcher.info('replication'), /role:master/);
    assert.deepEqual(await store.take('code', 'one'), { n: 1 });
    assert.deepEqual(await store.take('code', 'two'), { n: 2 });
    await stores.close();
    watcher.disconnect();
    overseer.disconnect();
  });
});
