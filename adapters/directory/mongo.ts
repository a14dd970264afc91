/**
 * The directory on MongoDB: one document for each record, written by compare-and-set on a random stamp. Its `_id`
 * holds the scope within which the id is unique, so that one of many inserts wins. `mongo-changes.ts` says in
 * which order a record and the mark of its change are written.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Collection, Filter } from 'mongodb';
import type { Clock } from '../clock.ts';
import { readCursor, writeCursor } from '../databases/cursor.ts';
import { isDuplicate, type Mongo, openMongo } from '../databases/mongo.ts';
import { readRecord, recordText } from '../databases/record-text.ts';
import { sortable } from '../databases/text-order.ts';
import { AlreadyExists, Missing, Unavailable } from '../errors.ts';
import { isAnnounced, scopeOf } from './kinds.ts';
import { changesOf } from './mongo-changes.ts';
import {
  type DirectoryStore,
  type DirectoryStores,
  INSTALLATION,
  type Kind,
  type Page,
  type Stored,
} from './store.ts';

interface RecordDocument {
  /** `<scope>|<kind>|<id>`. */
  _id: string;
  pool: string;
  kind: Kind;
  /** The id in a form that every server sorts by code point. */
  sort: string;
  id: string;
  revision: number;
  /** Another one after each write; a revision would repeat when a record is removed and made again. */
  stamp: string;
  createdAt: number;
  modifiedAt: number;
  record: string;
}

export interface MongoDirectoryOptions {
  url: string;
  database: string;
  patienceMs?: number;
  clock: Clock;
}

/** Throws StoreError for an address that is none, Unavailable and NewerSchema. */
export async function openMongoDirectory(options: MongoDirectoryOptions): Promise<DirectoryStores> {
  const { url, database, patienceMs, clock } = options;
  const mongo = await openMongo({
    store: 'directory',
    url,
    database,
    patienceMs,
    schemaVersion: 1,
    upgrade: async (db) => {
      await db.collection('directory').createIndexes([
        { key: { pool: 1, kind: 1, sort: 1 }, name: 'of_pool' },
        { key: { kind: 1, sort: 1 }, name: 'of_kind' },
      ]);
      await db.collection('directory_changes').createIndexes([{ key: { at: 1 }, name: 'by_time' }]);
    },
  });
  const records: Collection<RecordDocument> = mongo.collection('directory');
  const { announced, changes } = changesOf(mongo, clock);
  return {
    forPool: (poolId) => bind(poolId, mongo, records, clock, announced),
    installation: bind(INSTALLATION, mongo, records, clock, announced),

    find: async (kind, id) => {
      const found = await mongo.run(() => records.findOne({ _id: keyOf(kind, '', id) }));
      return found ? toStored(found) : undefined;
    },

    listPools: (page) => list<'pool'>(mongo, records, { kind: 'pool' }, ['pools'], page),

    changes,
    ping: mongo.ping,
    close: mongo.close,
  };
}

const MOST_ATTEMPTS = 500;

function keyOf(kind: Kind, pool: string, id: string): string {
  return `${encodeURIComponent(scopeOf(kind, pool))}|${kind}|${id.toWellFormed()}`;
}

function bind(
  pool: string,
  mongo: Mongo,
  records: Collection<RecordDocument>,
  clock: Clock,
  announced: ReturnType<typeof changesOf>['announced'],
): DirectoryStore<Kind> {
  const { run } = mongo;
  const key = (kind: Kind, id: string) => ({ _id: keyOf(kind, pool, id), pool });
  const read = (kind: Kind, id: string) => run(() => records.findOne(key(kind, id)));
  const write = <T>(kind: Kind, operation: () => Promise<T>): Promise<T> =>
    isAnnounced(kind) ? announced(pool, () => run(operation)) : run(operation);

  return {
    find: async (kind, id) => {
      const found = await read(kind, id);
      return found ? toStored(found) : undefined;
    },

    findSome: async (kind, ids) => {
      const some = { _id: { $in: ids.map((id) => key(kind, id)._id) }, pool };
      return (await run(() => records.find(some).toArray())).map((document) => toStored(document));
    },

    create: async (kind, id, record) => {
      const now = clock.now();
      const content = { kind, sort: sortable(id), id, revision: 1, stamp: randomUUID() };
      const times = { createdAt: now, modifiedAt: now };
      const document = { ...key(kind, id), ...content, ...times, record: recordText(record) };
      const created = await write(kind, async () => {
        try {
          await records.insertOne(document);
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      });
      if (!created) throw new AlreadyExists(`${kind}:${id}`);
      return toStored(document);
    },

    update: async (kind, id, change) => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const found = await read(kind, id);
        if (!found) throw new Missing(`${kind} ${id}`);
        const record = recordText(change(readRecord(found.record)));
        const content = {
          record,
          revision: found.revision + 1,
          stamp: randomUUID(),
          modifiedAt: clock.now(),
        };
        const { matchedCount } = await write(kind, () =>
          records.updateOne({ ...key(kind, id), stamp: found.stamp }, { $set: content }),
        );
        if (matchedCount === 1) return toStored({ ...found, ...content });
        await pause(Math.random() * Math.min(attempt, 20));
      }
      throw new Unavailable('directory', { cause: new Error('Too many others change the same record') });
    },

    remove: async (kind, id) => {
      const { deletedCount } = await write(kind, () => records.deleteOne(key(kind, id)));
      return deletedCount === 1;
    },

    list: (kind, page) => list(mongo, records, { pool, kind }, [kind], page),

    count: async (kind) => run(() => records.countDocuments({ pool, kind })),
  };
}

async function list<K extends Kind>(
  { run }: Mongo,
  records: Collection<RecordDocument>,
  filter: Filter<RecordDocument>,
  name: string[],
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<K>> {
  const [after = ''] = readCursor(name, 1, cursor) ?? [];
  const range = { ...filter, sort: { $gt: sortable(after) } };
  const found = await run(() => records.find(range, { sort: { sort: 1 }, limit: limit + 1 }).toArray());
  const items = found.slice(0, limit).map((document) => toStored<K>(document));
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, ...(last && { cursor: writeCursor(name, [last.id]) }) };
}

function toStored<K extends Kind>(document: RecordDocument): Stored<K> {
  const { pool, id, revision, createdAt, modifiedAt, record } = document;
  return { pool, id, revision, createdAt, modifiedAt, record: readRecord(record) };
}
