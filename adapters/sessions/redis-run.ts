/**
 * Runs commands, and says in our words when Redis does not. Waiting for the connection and waiting for the answer
 * have a limit each, under two seconds together; a command is never kept for later (see `redis-connect.ts`).
 */
import type { Cluster, Redis } from 'ioredis';
import { withinDeadline } from '../databases/deadline.ts';
import { Unavailable } from '../errors.ts';
import type { Patience } from './redis-connect.ts';

/** `readyMs` is how long to wait for the connection, at most and without it what the patience says. */
export type RunRedis = <T>(command: (redis: Redis | Cluster) => Promise<T>, readyMs?: number) => Promise<T>;

export function redisRunner(client: Redis | Cluster, patience: Patience): RunRedis {
  const away = explained(client);
  const whenReady = readiness(client, away, patience.readyMs);
  return async (command, readyMs = patience.readyMs) => {
    if (client.status !== 'ready') await withinDeadline(whenReady(), readyMs, away);
    try {
      return await withinDeadline(
        command(client),
        patience.commandMs,
        () => new Error('Redis did not answer in time'),
      );
    } catch (error) {
      throw inOurWords(error);
    }
  };
}

/** A function that waits for a connection. All who wait share one wait. */
function readiness(client: Redis | Cluster, away: () => Unavailable, readyMs: number): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= becomeReady(client, away, readyMs).finally(() => {
      waiting = undefined;
    });
    return waiting;
  };
}

async function becomeReady(client: Redis | Cluster, away: () => Unavailable, readyMs: number): Promise<void> {
  let settle = () => {};
  const ready = new Promise<void>((resolve) => {
    settle = resolve;
    client.once('ready', settle);
  });
  try {
    await withinDeadline(ready, client.status === 'end' ? 0 : readyMs, away);
  } finally {
    client.off('ready', settle);
  }
}

/** Why there is no connection, as far as the driver has told: nobody listens, a certificate, a wrong password. */
function explained(client: Redis | Cluster): () => Unavailable {
  let reason: string | undefined;
  client.on('error', (error: Error & { lastNodeError?: Error }) => {
    // A cluster says only that none of its nodes will do.
    reason = (error.lastNodeError ?? error).message;
  });
  client.on('ready', () => {
    reason = undefined;
  });
  return () =>
    new Unavailable('sessions', {
      cause: new Error(`Redis cannot be reached: ${reason ?? client.status}`),
    });
}

/** What a server says that runs but cannot serve: full, replica, loading, failing over, or closed to us. */
const UNAVAILABLE =
  /^(OOM|READONLY|LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|NOAUTH|WRONGPASS|NOPERM)\b/;

/** The driver's errors carry the command with its arguments, which are secrets: only their words are kept. */
export function inOurWords(error: unknown): Error {
  if (error instanceof Unavailable) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const cause = new Error(message);
  cause.name = name;
  const refused = name === 'ReplyError' && !UNAVAILABLE.test(message);
  return refused ? cause : new Unavailable('sessions', { cause });
}
