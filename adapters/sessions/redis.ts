/**
 * Sessions on Redis 6.2 or newer: one server, Sentinel or Cluster.
 *
 * A key is `<prefix>:r:{<pool>:<kind>:<id>}` for a record and `<prefix>:c:{...}` for a counter. The part in braces
 * places a key in a cluster: all that concerns one thing lies together, and different things spread. Every key has
 * an expiry, a minute past the record's own, except the one with the version of the schema, which is not about a
 * person. Replication is asynchronous: a failover can lose the last moments, as can a server without persistence.
 * Verbs that use something up therefore wait for replicas where the settings name how many (`redis-writes.ts`).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { readRecord, recordText } from '../databases/record-text.ts';
import { AlreadyExists, Missing, NewerSchema, Unavailable } from '../errors.ts';
import { PATIENCE_MS } from '../patience.ts';
import { checkedExpiry, SLACK_MS } from './expiry.ts';
import { connectRedis, patienceOf } from './redis-connect.ts';
import { type RunRedis, redisRunner } from './redis-run.ts';
import { confirmedWrites, plainWrites, type RunWrite } from './redis-writes.ts';
import type { SessionStore, SessionStores } from './store.ts';

const SCHEMA_VERSION = 1;

export interface RedisSessionOptions {
  url: string;
  /** What every key begins with; `foyer` without it. */
  prefix?: string;
  /** How many replicas must hold what was used up before anyone is told; 0 without it. */
  replicas?: number;
  /** How long a start waits for a Redis that is away, say because both start together; ten seconds without it. */
  openWithinMs?: number;
  /** How long each verb waits; `PATIENCE_MS` without it. */
  patienceMs?: number;
  clock: Clock;
}

const OPEN_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 100;

/** Throws StoreError for an address that is none, Unavailable and NewerSchema. */
export async function openRedisSessions(options: RedisSessionOptions): Promise<SessionStores> {
  const { url, prefix = 'foyer', replicas = 0, openWithinMs = OPEN_WITHIN_MS, clock } = options;
  const patience = patienceOf(options.patienceMs ?? PATIENCE_MS);
  const client = connectRedis(url, patience.commandMs);
  const run = redisRunner(client, patience);
  const writes = replicas ? confirmedWrites(url, replicas, patience) : plainWrites(run);
  const close = () => {
    client.disconnect();
    writes.close();
  };
  try {
    await patiently(openWithinMs, () => checkSchema(run, `${prefix}:schema`));
  } catch (error) {
    close();
    throw error;
  }
  const pinged = `${prefix}:ping`;
  return {
    forPool: (poolId) => bind(poolId, prefix, run, writes.run, clock),
    ping: () => writes.run(pinged, (redis) => redis.set(pinged, '1', 'PX', SLACK_MS)),
    close: async () => close(),
  };
}

async function patiently(withinMs: number, open: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Unavailable) || performance.now() > deadline) throw error;
      await pause(ASK_AGAIN_MS);
    }
  }
}

/** The first process writes the version; later ones compare it. An older version has never existed yet. */
async function checkSchema(run: RunRedis, key: string): Promise<void> {
  await run((redis) => redis.set(key, SCHEMA_VERSION, 'NX'));
  const found = Number(await run((redis) => redis.get(key)));
  if (found > SCHEMA_VERSION) throw new NewerSchema('sessions', found, SCHEMA_VERSION);
}

function bind(poolId: string, prefix: string, run: RunRedis, write: RunWrite, clock: Clock): SessionStore {
  const place = (kind: string, id: string) => `{${quote(poolId)}:${quote(kind)}:${id.toWellFormed()}}`;
  const record = (kind: string, id: string) => `${prefix}:r:${place(kind, id)}`;
  const counter = (kind: string, id: string) => `${prefix}:c:${place(kind, id)}`;
  const keepMs = (expiresAt: number) => Math.max(0, Math.ceil(expiresAt - clock.now())) + SLACK_MS;

  return {
    find: async (kind, id) => living(await run((redis) => redis.get(record(kind, id))), clock.now()),

    put: async (kind, id, value, expiresAt) => {
      const text = `${checkedExpiry(expiresAt)}|${recordText(value)}`;
      await run((redis) => redis.set(record(kind, id), text, 'PX', keepMs(expiresAt)));
    },

    create: async (kind, id, value, expiresAt) => {
      const end = checkedExpiry(expiresAt);
      const text = recordText(value);
      const key = record(kind, id);
      const written = await write<number>(key, (redis) =>
        redis.foyerCreate(key, clock.now(), end, text, keepMs(end)),
      );
      if (!written) throw new AlreadyExists(`${kind}:${id}`);
    },

    update: async <T extends object>(kind: string, id: string, change: (current: T) => T) => {
      const key = record(kind, id);
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const text = await run((redis) => redis.get(key));
        const current = living<T>(text, clock.now());
        if (!text || !current) throw new Missing(`${kind}:${id}`);
        const next = change(current);
        const written = `${text.slice(0, text.indexOf('|'))}|${recordText(next)}`;
        if (await write<number>(key, (redis) => redis.foyerReplace(key, text, written))) return next;
        // Others were faster; a little patience of random length lets them pass.
        await pause(Math.random() * Math.min(attempt, 20));
      }
      throw new Unavailable('sessions', { cause: new Error('Too many others change the same record') });
    },

    take: async (kind, id) => {
      const key = record(kind, id);
      return living(await write<string | null>(key, (redis) => redis.getdel(key)), clock.now());
    },

    remove: async (kind, id) => {
      const key = record(kind, id);
      await write<number>(key, (redis) => redis.del(key));
    },

    count: (kind, id, windowMs) => {
      const now = clock.now();
      const end = Math.floor(now + windowMs);
      const key = counter(kind, id);
      return write<number>(key, (redis) => redis.foyerCount(key, now, end, keepMs(end)));
    },

    counted: async (kind, id) => {
      const text = await run((redis) => redis.get(counter(kind, id)));
      const [end, count] = text?.split('|') ?? [];
      return Number(end) > clock.now() ? Number(count) : 0;
    },

    reset: async (kind, id) => {
      await run((redis) => redis.del(counter(kind, id)));
    },
  };
}

const MOST_ATTEMPTS = 500;

/** No colon and no brace in it, so that nothing in a pool or a kind can reach into the next part of the key. */
const quote = (part: string) => encodeURIComponent(part.toWellFormed());

function living<T extends object>(text: string | null, now: number): T | undefined {
  if (text === null) return undefined;
  const bar = text.indexOf('|');
  return Number(text.slice(0, bar)) > now ? readRecord<T>(text.slice(bar + 1)) : undefined;
}
