/**
 * The directory on SQLite, each commit flushed to the disk. The mark that tells other processes of a change is
 * written in the same transaction as the change.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { readCursor, writeCursor } from '../databases/cursor.ts';
import { readRecord, recordText } from '../databases/record-text.ts';
import { openSqlite, type Sqlite } from '../databases/sqlite.ts';
import { AlreadyExists, Missing } from '../errors.ts';
import { CHANGES_OVERLAP_MS, isAnnounced, scopeOf } from './kinds.ts';
import { type Remembered, rememberRecords } from './sqlite-remembered.ts';
import {
  type Change,
  type DirectoryStore,
  type DirectoryStores,
  INSTALLATION,
  type Kind,
  type Page,
  type Stored,
} from './store.ts';

const MIGRATIONS = [
  `CREATE TABLE records (
     scope TEXT NOT NULL, -- within which an id is unique: the installation or the pool
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     pool TEXT NOT NULL,
     revision INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     modified_at INTEGER NOT NULL,
     record TEXT NOT NULL,
     UNIQUE (scope, kind, id)
   );
   CREATE INDEX records_of_pool ON records (pool, kind, id);
   CREATE TABLE changes (
     pool TEXT PRIMARY KEY,
     stamp TEXT NOT NULL,
     at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX changes_by_time ON changes (at);`,
];

/** `path` is a file in an existing folder, or `:memory:`. Throws Unavailable and NewerSchema. */
export async function openSqliteDirectory(options: { path: string; clock: Clock }): Promise<DirectoryStores> {
  const { path, clock } = options;
  const file = await openSqlite({ store: 'directory', path, migrations: MIGRATIONS, synchronous: 'FULL' });
  const statements = prepare(file);
  const remembered = rememberRecords(file);
  return {
    forPool: (poolId) => bind(poolId, file, statements, remembered, clock),
    installation: bind(INSTALLATION, file, statements, remembered, clock),

    find: <K extends Kind>(kind: K, id: string) =>
      file.run(() =>
        remembered.recall<K>(` ${kind} ${id}`, () => {
          const row = statements.find.get(scopeOf(kind, ''), kind, id);
          return row && toStored<K>(row);
        }),
      ),

    listPools: ({ limit, cursor }) =>
      file.run(() => {
        const [after = ''] = readCursor(['pools'], 1, cursor) ?? [];
        const rows = statements.listPools.all(scopeOf('pool', ''), after, limit + 1);
        return toPage<'pool'>(rows, limit, ['pools']);
      }),

    changes: (since) =>
      file.run(() => {
        const rows = statements.changes.all(since - CHANGES_OVERLAP_MS);
        return rows.map((row): Change => ({ pool: String(row['pool']), stamp: String(row['stamp']) }));
      }),

    ping: file.ping,
    close: file.close,
  };
}

type Statements = ReturnType<typeof prepare>;

function prepare({ db }: Sqlite) {
  return {
    find: db.prepare('SELECT * FROM records WHERE scope = ? AND kind = ? AND id = ?'),
    create: db.prepare(
      `INSERT INTO records (scope, kind, id, pool, revision, created_at, modified_at, record)
       VALUES (:scope, :kind, :id, :pool, 1, :now, :now, :record)
       ON CONFLICT DO NOTHING RETURNING *`,
    ),
    update: db.prepare(
      `UPDATE records SET record = :record, revision = revision + 1, modified_at = :now
       WHERE scope = :scope AND kind = :kind AND id = :id RETURNING *`,
    ),
    remove: db.prepare('DELETE FROM records WHERE scope = ? AND kind = ? AND id = ? AND pool = ?'),
    list: db.prepare('SELECT * FROM records WHERE pool = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?'),
    listPools: db.prepare(
      `SELECT * FROM records WHERE scope = ? AND kind = 'pool' AND id > ? ORDER BY id LIMIT ?`,
    ),
    count: db.prepare('SELECT count(*) AS count FROM records WHERE pool = ? AND kind = ?'),
    announce: db.prepare(
      `INSERT INTO changes (pool, stamp, at) VALUES (:pool, :stamp, :at)
       ON CONFLICT DO UPDATE SET stamp = excluded.stamp, at = max(at, excluded.at)`,
    ),
    changes: db.prepare('SELECT pool, stamp FROM changes WHERE at >= ? ORDER BY at'),
  };
}

function bind(
  pool: string,
  file: Sqlite,
  statements: Statements,
  remembered: Remembered,
  clock: Clock,
): DirectoryStore<Kind> {
  const { run } = file;

  const write = <T>(work: () => T): Promise<T> =>
    file.transaction(() => {
      try {
        return work();
      } finally {
        // Afterwards: what `work` calls may have read what it was about to change.
        remembered.forget();
      }
    });

  const read = (kind: Kind, id: string): Row | undefined => {
    const row = statements.find.get(scopeOf(kind, pool), kind, id);
    return row?.['pool'] === pool ? row : undefined;
  };

  const announce = (kind: Kind) => {
    if (isAnnounced(kind)) statements.announce.run({ pool, stamp: randomUUID(), at: clock.now() });
  };

  return {
    find: <K extends Kind>(kind: K, id: string) =>
      run(() =>
        remembered.recall<K>(`${pool} ${kind} ${id}`, () => {
          const row = read(kind, id);
          return row && toStored<K>(row);
        }),
      ),

    findSome: (kind, ids) =>
      run(() =>
        [...new Set(ids)].flatMap((id) => {
          const row = read(kind, id);
          return row ? [toStored(row)] : [];
        }),
      ),

    create: (kind, id, record) =>
      write(() => {
        const key = { scope: scopeOf(kind, pool), kind, id };
        const row = statements.create.get({ ...key, pool, now: clock.now(), record: recordText(record) });
        if (!row) throw new AlreadyExists(`${kind}:${id}`);
        announce(kind);
        return toStored(row);
      }),

    update: (kind, id, change) =>
      write(() => {
        const row = read(kind, id);
        if (!row) throw new Missing(`${kind} ${id}`);
        const record = recordText(change(readRecord(row['record'])));
        const written = statements.update.get({
          scope: scopeOf(kind, pool),
          kind,
          id,
          now: clock.now(),
          record,
        });
        announce(kind);
        return toStored(written ?? row);
      }),

    remove: (kind, id) =>
      write(() => {
        if (statements.remove.run(scopeOf(kind, pool), kind, id, pool).changes === 0) return false;
        announce(kind);
        return true;
      }),

    list: (kind, { limit, cursor }) =>
      run(() => {
        const [after = ''] = readCursor([kind], 1, cursor) ?? [];
        return toPage(statements.list.all(pool, kind, after, limit + 1), limit, [kind]);
      }),

    count: (kind) => run(() => Number(statements.count.get(pool, kind)?.['count'])),
  };
}

type Row = Record<string, unknown>;

function toStored<K extends Kind>(row: Row): Stored<K> {
  return {
    pool: String(row['pool']),
    id: String(row['id']),
    revision: Number(row['revision']),
    createdAt: Number(row['created_at']),
    modifiedAt: Number(row['modified_at']),
    record: readRecord(row['record']),
  };
}

function toPage<K extends Kind>(rows: Row[], limit: number, list: string[]): Page<K> {
  const items = rows.slice(0, limit).map((row) => toStored<K>(row));
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, ...(last && { cursor: writeCursor(list, [last.id]) }) };
}
