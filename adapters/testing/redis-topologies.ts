/** Several Redis servers of a test's own: keys spread over a cluster, and a primary that Sentinel replaces. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RedisNode, startRedisServer } from './redis-servers.ts';

/** Asks one server and leaves it. */
export async function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1');
  // Whoever asked is told by the answer; a server that is about to be killed may close the connection first.
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

const until = async (port: number, isSo: (redis: Redis) => Promise<boolean>) =>
  ask(port, async (redis) => {
    while (!(await isSo(redis))) await pause(10);
  });

/** Resolves when the server has all that its primary has. */
export const replicates = (port: number) =>
  until(port, async (redis) => (await redis.info('replication')).includes('master_link_status:up'));

/** More than the nodes' timeout, after which they have forgotten whom they had begun to meet. */
const MEET_AGAIN_MS = 4000;

/** Two primaries that share the keys, each with so many replicas. */
export async function startCluster(replicasEach = 0): Promise<{ url: string; nodes: RedisNode[] }> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const count = 2 * (1 + replicasEach);
  const nodes = await Promise.all(Array.from({ length: count }, () => startRedisServer(options)));
  const ids: string[] = [];
  for (const [index, { port }] of nodes.entries()) {
    await ask(port, async (redis) => {
      ids.push(String(await redis.call('CLUSTER', 'MYID')));
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      if (index === 0) await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
      else await redis.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]?.port));
      if (index === 1) await redis.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
    });
  }
  const info = async (redis: Redis) => String(await redis.call('CLUSTER', 'INFO'));
  for (const [index, { port }] of nodes.entries()) {
    let metAt = performance.now();
    await until(port, async (redis) => {
      // Two nodes that are slow to answer each other give up getting acquainted, and nobody else asks them to.
      if (index > 0 && performance.now() - metAt > MEET_AGAIN_MS) {
        metAt = performance.now();
        await redis.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]?.port));
      }
      return (await info(redis)).includes(`cluster_known_nodes:${count}`);
    });
    await until(port, async (redis) => (await info(redis)).includes('cluster_state:ok'));
  }
  for (const [index, { port }] of nodes.entries()) {
    if (index < 2) continue;
    await ask(port, (redis) => redis.call('CLUSTER', 'REPLICATE', ids[index % 2] ?? ''));
    await replicates(port);
  }
  return { url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes };
}

export interface Sentinel {
  /** `redis+sentinel://...` */
  url: string;
  primary(): RedisNode;
  /** Ends the primary with SIGKILL; resolves when a replica has taken over and the others follow it. */
  failOver(): Promise<void>;
}

/**
 * More than a machine that runs other tests as well may stop for: a primary that is only slow would be replaced without
 * being asked, and what it was told meanwhile lost.
 */
const TAKEN_FOR_DEAD_MS = 3000;

/** A primary, its replicas, and a Sentinel that watches them. Each failover uses up one replica. */
export async function startSentinel(replicas: number): Promise<Sentinel> {
  let primary = await startRedisServer();
  const followers = await Promise.all(
    Array.from({ length: replicas }, () =>
      startRedisServer(['--replicaof', '127.0.0.1', String(primary.port)]),
    ),
  );
  for (const { port } of followers) await replicates(port);
  const watcher = await startRedisServer(
    [],
    [
      `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
      `sentinel down-after-milliseconds main ${TAKEN_FOR_DEAD_MS}`,
      `sentinel failover-timeout main ${2 * TAKEN_FOR_DEAD_MS}`,
      `sentinel parallel-syncs main ${replicas}`,
    ].join('\n'),
  );
  await until(watcher.port, async (redis) => {
    const known = (await redis.call('SENTINEL', 'REPLICAS', 'main')) as unknown[];
    return known.length === replicas;
  });
  return {
    url: `redis+sentinel://127.0.0.1:${watcher.port}/main`,
    primary: () => primary,
    async failOver() {
      const exit = once(primary.child, 'exit');
      primary.child.kill('SIGKILL');
      await exit;
      let chosen = 0;
      await until(watcher.port, async (redis) => {
        const [, port] = (await redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')) as string[];
        chosen = Number(port);
        return chosen !== primary.port;
      });
      const index = followers.findIndex(({ port }) => port === chosen);
      primary = followers.splice(index, 1)[0] ?? primary;
      for (const { port } of followers) {
        const link = `master_port:${chosen}`;
        await until(port, async (redis) => (await redis.info('replication')).includes(link));
        await replicates(port);
      }
    },
  };
}
