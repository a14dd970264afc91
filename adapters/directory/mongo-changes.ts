/**
 * Tells other processes which pools were written, when the record and the mark cannot be written in one step.
 *
 * There is one small document for each pool. The order of writes is: 1. a mark that a write is on its way;
 * 2. the record; 3. a new stamp, and the mark taken away. While a mark stands `changes` gives another stamp at
 * each call, so readers look again and again and cannot miss the record's write, whenever it falls. When the
 * process dies before 3, the mark counts for ten seconds, longer than any write takes, and then not any more.
 */
import { randomUUID } from 'node:crypto';
import type { Collection, UpdateFilter } from 'mongodb';
import type { Clock } from '../clock.ts';
import { type Mongo, upsert } from '../databases/mongo.ts';
import { CHANGES_OVERLAP_MS } from './kinds.ts';
import type { Change } from './store.ts';

export interface ChangeDocument {
  /** The pool. */
  _id: string;
  stamp: string;
  /** When it was last written, milliseconds since the epoch. */
  at: number;
  /** Writes on their way: a token, and when it began. */
  pending?: Record<string, number>;
}

const PENDING_MS = 10_000;
const FORGOTTEN_MS = 60_000;

export function changesOf({ collection, run }: Mongo, clock: Clock) {
  const changes: Collection<ChangeDocument> = collection('directory_changes');
  const write = (pool: string, update: UpdateFilter<ChangeDocument>) =>
    run(() => upsert(() => changes.updateOne({ _id: pool }, update, { upsert: true })));

  /** Marks that processes left behind when they died. */
  const forgotten = async (pool: string): Promise<Record<string, ''>> => {
    const found = await run(() => changes.findOne({ _id: pool }));
    const old = Object.entries(found?.pending ?? {}).filter(([, at]) => at < clock.now() - FORGOTTEN_MS);
    return Object.fromEntries(old.map(([token]) => [`pending.${token}`, '']));
  };

  return {
    /** Writes a record of the pool so that no reader misses it. */
    announced: async <T>(pool: string, writeRecord: () => Promise<T>): Promise<T> => {
      const token = randomUUID();
      const at = clock.now();
      await write(pool, { $set: { stamp: token, [`pending.${token}`]: at }, $max: { at } });
      try {
        return await writeRecord();
      } finally {
        // Without this write the mark does its work for ten seconds, so a failure is no failure of the change.
        const settle = async () =>
          write(pool, {
            $set: { stamp: randomUUID() },
            $max: { at: clock.now() },
            $unset: { ...(await forgotten(pool)), [`pending.${token}`]: '' },
          });
        await settle().catch(() => {});
      }
    },

    changes: async (since: number): Promise<Change[]> => {
      const recent = { at: { $gte: since - CHANGES_OVERLAP_MS } };
      const found = await run(() => changes.find(recent, { sort: { at: 1 } }).toArray());
      return found.map(({ _id, stamp, pending }) => {
        const onTheirWay = Object.values(pending ?? {}).some((at) => at > clock.now() - PENDING_MS);
        return { pool: _id, stamp: onTheirWay ? randomUUID() : stamp };
      });
    },
  };
}
