/**
 * Uploads on SQLite, a row for each piece. The file keeps the size of the largest that lay in it; what is removed is
 * overwritten with zeros, since it may have held what nobody should find on a disk.
 */
import type { Clock } from '../clock.ts';
import { openSqlite, type Sqlite } from '../databases/sqlite.ts';
import type { UploadStore, UploadStores } from './store.ts';

const MIGRATIONS = [
  `CREATE TABLE pieces (
     pool TEXT NOT NULL,
     upload TEXT NOT NULL,
     piece INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     UNIQUE (pool, upload, piece)
   );
   CREATE INDEX pieces_by_expiry ON pieces (expires_at);`,
];

/** Pieces that one step of a sweep removes: some 15 MB. */
const BATCH = 64;

/** `path` is a file in an existing folder, or `:memory:`. Throws Unavailable and NewerSchema. */
export async function openSqliteUploads(options: { path: string; clock: Clock }): Promise<UploadStores> {
  const { path, clock } = options;
  const file = await openSqlite({ store: 'uploads', path, migrations: MIGRATIONS, synchronous: 'FULL' });
  file.db.exec('PRAGMA secure_delete = ON');
  const statements = prepare(file);
  return {
    forPool: (poolId) => bind(poolId, file, statements, clock),
    sweep: () =>
      file.run(() => Number(statements.sweep.run({ now: clock.now(), limit: BATCH }).changes) === BATCH),
    close: file.close,
  };
}

type Statements = ReturnType<typeof prepare>;

function prepare({ db }: Sqlite) {
  return {
    write: db.prepare(
      `INSERT INTO pieces (pool, upload, piece, expires_at, bytes) VALUES (:pool, :upload, :piece, :expiresAt, :bytes)
       ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at, bytes = excluded.bytes`,
    ),
    read: db.prepare(
      'SELECT bytes FROM pieces WHERE pool = :pool AND upload = :upload AND piece = :piece AND expires_at > :now',
    ),
    prolong: db.prepare(
      `UPDATE pieces SET expires_at = :expiresAt
       WHERE pool = :pool AND upload = :upload AND expires_at > :now`,
    ),
    remove: db.prepare('DELETE FROM pieces WHERE pool = ? AND upload = ?'),
    clear: db.prepare('DELETE FROM pieces WHERE pool = ?'),
    sweep: db.prepare(
      'DELETE FROM pieces WHERE rowid IN (SELECT rowid FROM pieces WHERE expires_at <= :now LIMIT :limit)',
    ),
  };
}

function bind(pool: string, file: Sqlite, statements: Statements, clock: Clock): UploadStore {
  const { run } = file;
  return {
    write: (upload, piece, bytes, expiresAt) =>
      run(() => void statements.write.run({ pool, upload, piece, bytes, expiresAt })),

    read: (upload, piece) =>
      run(() => {
        const row = statements.read.get({ pool, upload, piece, now: clock.now() });
        return row && (row['bytes'] as Uint8Array);
      }),

    prolong: (upload, expiresAt) =>
      run(() => statements.prolong.run({ pool, upload, expiresAt, now: clock.now() }).changes > 0),

    remove: (upload) => run(() => void statements.remove.run(pool, upload)),

    clear: () => run(() => void statements.clear.run(pool)),
  };
}
