/**
 * Opens a SQLite file: settings of the connection, the schema version, and failures in the words of `errors.ts`.
 *
 * Each door has a file of its own. No promise spans two doors, SQLite lets one writer into a file at a time, and
 * sessions write far more than the others: so a burst of sign-ins does not hold up an administrator, sessions can
 * be flushed less strictly, and a backup can leave them out. Several processes may have the same file open.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { NewerSchema, Unavailable } from '../errors.ts';
import { openBatch } from './sqlite-batch.ts';

export interface SqliteOptions {
  /** The door's name, for errors. */
  store: string;
  /** A file in an existing folder, or `:memory:`. */
  path: string;
  /**
   * One SQL script for each schema version, the first makes version 1. A released script is never edited: data on
   * disks was made by it.
   */
  migrations: readonly string[];
  /**
   * Both lose nothing acknowledged when the process is killed. `FULL` flushes each commit to the disk, so nothing
   * is lost when the power fails either; `NORMAL` may then lose the last commits, and is many times faster.
   */
  synchronous: 'FULL' | 'NORMAL';
  /**
   * Pages that may gather in the log before a commit moves them into the file and waits for the disk; SQLite's own 1000
   * without it. More are moved less often, each page once for all times that it was written, and make a longer pause.
   */
  pagesInLog?: number;
  /** Told when writes that were committed together are undone together. */
  undone?(): void;
}

export interface Sqlite {
  db: DatabaseSync;
  /** Runs statements, each atomic by itself; failures of the engine become Unavailable. */
  run<T>(work: () => T): Promise<T>;
  /**
   * Runs statements as one step. The lock for writing is taken at once: a transaction that reads first and asks
   * for it later is refused when another process wrote in between. `flush: false` does for this step what
   * `synchronous: 'NORMAL'` does for all.
   */
  transaction<T>(work: () => T, options?: { flush?: boolean }): Promise<T>;
  /** As `run`, together with what others write in this turn of the event loop (`sqlite-batch.ts`). */
  write<T>(work: () => T): Promise<T>;
  /** Proves that a write reaches the file. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How long a writer waits for a writer in another process. The event loop stands still, so it must be short. */
const LOCK_WAIT_MS = 1500;
const OPEN_WAIT_MS = 10_000;

/** Throws Unavailable when the file cannot be opened, NewerSchema when a newer version wrote it. */
export async function openSqlite(options: SqliteOptions): Promise<Sqlite> {
  const db = await open(options);
  const { store } = options;
  const run = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw inOurWords(store, error);
    }
  };
  const batch = openBatch(db, options.undone ?? (() => {}));
  const touch = db.prepare('UPDATE readiness SET pings = pings + 1');
  return {
    db,
    run,
    write: async (work) => {
      try {
        return await batch.write(work);
      } catch (error) {
        throw inOurWords(store, error);
      }
    },
    transaction: (work, { flush = true } = {}) =>
      run(() =>
        flush || options.synchronous === 'NORMAL'
          ? inTransaction(db, work)
          : unflushed(db, () => inTransaction(db, work)),
      ),
    ping: () => run(() => void touch.run()),
    close: async () => {
      if (db.isOpen) batch.flush();
      if (db.isOpen) db.close();
    },
  };
}

/** Several processes that start at once get in each other's way for a moment: then again, for some seconds. */
async function open(options: SqliteOptions): Promise<DatabaseSync> {
  const giveUp = performance.now() + OPEN_WAIT_MS;
  for (;;) {
    try {
      return openOnce(options);
    } catch (error) {
      if (primaryCode(error) !== SQLITE_BUSY || performance.now() > giveUp) {
        throw inOurWords(options.store, error);
      }
    }
    await pause(10 + Math.random() * 40);
  }
}

function openOnce(options: SqliteOptions): DatabaseSync {
  const db = new DatabaseSync(options.path, { timeout: LOCK_WAIT_MS });
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(`PRAGMA synchronous = ${options.synchronous}`);
    if (options.pagesInLog) db.exec(`PRAGMA wal_autocheckpoint = ${options.pagesInLog}`);
    // After a burst the log shrinks again instead of keeping its largest size.
    db.exec('PRAGMA journal_size_limit = 16777216');
    migrate(db, options);
    // A file that can only be read, or a disk without room, is found out now and not by the first who signs in.
    db.exec('UPDATE readiness SET pings = pings + 1');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** All missing versions in one transaction: after a failure the file is as it was. */
function migrate(db: DatabaseSync, { store, migrations }: SqliteOptions): void {
  if (version(db) === migrations.length) return;
  inTransaction(db, () => {
    // Read again under the lock: another process may have been first.
    const found = version(db);
    if (found > migrations.length) throw new NewerSchema(store, found, migrations.length);
    if (found === 0) {
      db.exec('CREATE TABLE readiness (pings INTEGER NOT NULL); INSERT INTO readiness VALUES (0)');
    }
    for (const step of migrations.slice(found)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function version(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // After a full disk the engine has rolled back by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** The next step that is flushed takes this one along: both are in the same log. */
function unflushed<T>(db: DatabaseSync, step: () => T): T {
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    return step();
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}

const SQLITE_BUSY = 5;
/** busy, locked, out of memory, read-only, i/o, corrupt, full, cannot open, no database */
const UNAVAILABLE = [SQLITE_BUSY, 6, 7, 8, 10, 11, 13, 14, 26];

/** The low byte is the kind of failure, the rest says more about it. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

function inOurWords(store: string, error: unknown): unknown {
  const code = primaryCode(error);
  if (code !== undefined && UNAVAILABLE.includes(code)) return new Unavailable(store, { cause: error });
  const closed = error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_STATE';
  return closed ? new Unavailable(store, { cause: error }) : error;
}
