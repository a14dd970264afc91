/**
 * Writes that a failover must not undo: taking, changing, creating, counting, removing. Redis answers before its
 * replicas know; when the primary then dies, the replica that takes over still holds a code that was used. So such a
 * write travels together with `WAIT`, and nobody is told that it succeeded before so many replicas have it.
 *
 * `WAIT` holds up its connection, so these writes have a few of their own, each for one caller at a time. Whoever
 * waits too long for one is Unavailable, and what they wanted to write is never sent.
 */
import type { ChainableCommander, Cluster, Redis } from 'ioredis';
import { Unavailable } from '../errors.ts';
import { connectRedis, type Patience } from './redis-connect.ts';
import { type RunRedis, redisRunner } from './redis-run.ts';

/** Runs one write of one key; its result says whether anything was written. */
export type RunWrite = <T>(
  key: string,
  write: (redis: Redis | Cluster | ChainableCommander) => unknown,
) => Promise<T>;

export interface Writes {
  run: RunWrite;
  close(): void;
}

const LANES = 4;

/** Without replicas to wait for, writes go where everything else goes. */
export function plainWrites(run: RunRedis): Writes {
  return {
    run: async <T>(_: string, write: (redis: Redis | Cluster) => unknown) =>
      (await run(async (redis) => write(redis))) as T,
    close: () => {},
  };
}

export function confirmedWrites(url: string, replicas: number, patience: Patience): Writes {
  const clients = Array.from({ length: LANES }, () => connectRedis(url, patience.commandMs));
  const lanes = openLanes(
    clients.map((client) => redisRunner(client, patience)),
    patience.readyMs,
  );
  const wanted = { replicas, withinMs: patience.confirmMs };
  return {
    run: (key, write) =>
      lanes((run, readyMs) => run((redis) => confirmed(redis, key, write, wanted), readyMs)),
    close: () => {
      for (const client of clients) client.disconnect();
    },
  };
}

interface Confirmation {
  replicas: number;
  withinMs: number;
}

async function confirmed<T>(
  redis: Redis | Cluster,
  key: string,
  write: (redis: ChainableCommander) => unknown,
  wanted: Confirmation,
  followed = false,
): Promise<T> {
  const pipeline = redis.pipeline();
  write(pipeline);
  // Both are sent in one piece: after a reconnect in between, WAIT would speak of a connection that wrote nothing.
  const [written, waited] = (await pipeline.wait(wanted.replicas, wanted.withinMs).exec()) ?? [];
  const fault = written?.[0] ?? waited?.[0];
  if (written?.[0]?.message.startsWith('MOVED') && !followed) {
    // The key went to another node of the cluster and nothing was written. Asking for it makes the client follow.
    await redis.exists(key);
    return confirmed(redis, key, write, wanted, true);
  }
  if (fault) throw fault;
  const result = written?.[1] as T;
  if (result && Number(waited?.[1]) < wanted.replicas) throw unconfirmed(wanted);
  return result;
}

/** What was written stays written: a code that was taken is used up, and nobody gets it. */
function unconfirmed({ replicas, withinMs }: Confirmation): Unavailable {
  const cause = new Error(`Fewer than ${replicas} replicas of Redis confirmed a write within ${withinMs} ms`);
  return new Unavailable('sessions', { cause });
}

/** Hands each caller a lane of its own, in order of arrival. */
function openLanes(lanes: RunRedis[], readyMs: number) {
  const free = [...lanes];
  const waiting = new Set<(lane: RunRedis) => void>();

  const take = (): Promise<RunRedis> | RunRedis =>
    free.pop() ??
    new Promise((resolve, reject) => {
      const receive = (lane: RunRedis) => {
        clearTimeout(late);
        resolve(lane);
      };
      const late = setTimeout(() => {
        waiting.delete(receive);
        reject(
          new Unavailable('sessions', { cause: new Error('Every connection waits for replicas of Redis') }),
        );
      }, readyMs);
      waiting.add(receive);
    });

  const giveBack = (lane: RunRedis) => {
    const [next] = waiting;
    if (!next) return free.push(lane);
    waiting.delete(next);
    next(lane);
  };

  return async <T>(work: (run: RunRedis, readyMs: number) => Promise<T>): Promise<T> => {
    const asked = performance.now();
    const lane = await take();
    try {
      return await work(lane, readyMs - (performance.now() - asked));
    } finally {
      giveBack(lane);
    }
  };
}
