/**
 * Sessions on SQLite. Flushed with `NORMAL`: a killed process loses nothing, a power failure may lose the last
 * moments. People then sign in once more; flushing each of these many writes would make every sign-in wait for
 * the disk several times.
 */
import type { Clock } from '../clock.ts';
import { readRecord, recordText } from '../databases/record-text.ts';
import { openSqlite, type Sqlite } from '../databases/sqlite.ts';
import { openRecent, type Recent } from '../databases/sqlite-recent.ts';
import { AlreadyExists, Missing } from '../errors.ts';
import { checkedExpiry } from './expiry.ts';
import { startSweeping } from './sqlite-sweep.ts';
import type { SessionStore, SessionStores } from './store.ts';

const MIGRATIONS = [
  `CREATE TABLE records (
     pool TEXT NOT NULL,
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     value TEXT NOT NULL,
     expires_at INTEGER NOT NULL,
     UNIQUE (pool, kind, id)
   );
   CREATE INDEX records_by_expiry ON records (expires_at);
   CREATE TABLE counters (
     pool TEXT NOT NULL,
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     count INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     UNIQUE (pool, kind, id)
   );
   CREATE INDEX counters_by_expiry ON counters (expires_at);`,
];

/** `path` is a file in an existing folder, or `:memory:`. Throws Unavailable and NewerSchema. */
export async function openSqliteSessions(options: { path: string; clock: Clock }): Promise<SessionStores> {
  const { path, clock } = options;
  const file = await openSqlite({
    store: 'sessions',
    path,
    migrations: MIGRATIONS,
    synchronous: 'NORMAL',
    // Written by nearly every request. As much as the log is cut back to afterwards.
    pagesInLog: 4000,
    undone: () => recent.clear(),
  });
  const statements = prepare(file);
  const recent = openRecent<Live>(file);
  const stopSweeping = startSweeping(file, clock);
  return {
    forPool: (poolId) => bind(poolId, file, statements, recent, clock),
    ping: file.ping,
    close: async () => {
      stopSweeping();
      await file.close();
    },
  };
}

/** A record as it is stored. */
interface Live {
  text: string;
  expiresAt: number;
}

type Statements = ReturnType<typeof prepare>;

/**
 * Statements are prepared once; each is atomic by itself. By number: finding parameters by name costs as much as finding a
 * record. What writes and gives rows back is asked for all of them: it commits after its last row, and Node tells nobody
 * whether that failed when only the first is asked for. On a full disk the same code was then taken again and again.
 */
function prepare({ db }: Sqlite) {
  const key = 'pool = ?1 AND kind = ?2 AND id = ?3';
  const insert = `INSERT INTO records (pool, kind, id, value, expires_at)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;
  return {
    /** pool, kind, id, now */
    find: db.prepare(`SELECT value, expires_at FROM records WHERE ${key} AND expires_at > ?4`),
    /** pool, kind, id, value, expires at */
    put: db.prepare(insert),
    /** pool, kind, id, value, expires at, now */
    create: db.prepare(`${insert} WHERE expires_at <= ?6`),
    /** pool, kind, id, value, the value that it was made from */
    change: db.prepare(`UPDATE records SET value = ?4 WHERE ${key} AND value = ?5`),
    /** pool, kind, id, now */
    take: db.prepare(`DELETE FROM records WHERE ${key} RETURNING value, expires_at > ?4 AS lives`),
    /** pool, kind, id */
    remove: db.prepare(`DELETE FROM records WHERE ${key}`),
    /** pool, kind, id, now, end */
    count: db.prepare(`INSERT INTO counters (pool, kind, id, count, expires_at)
      VALUES (?1, ?2, ?3, 1, ?5)
      ON CONFLICT DO UPDATE SET
        count = CASE WHEN expires_at > ?4 THEN count + 1 ELSE 1 END,
        expires_at = CASE WHEN expires_at > ?4 THEN expires_at ELSE ?5 END
      RETURNING count`),
    /** pool, kind, id, now */
    counted: db.prepare(`SELECT count FROM counters WHERE ${key} AND expires_at > ?4`),
    /** pool, kind, id */
    reset: db.prepare(`DELETE FROM counters WHERE ${key}`),
  };
}

function bind(
  pool: string,
  { run, write }: Sqlite,
  statements: Statements,
  recent: Recent<Live>,
  clock: Clock,
): SessionStore {
  const keyOf = (kind: string, id: string) => `${pool} ${kind} ${id}`;

  const keep = (kind: string, id: string, live: Live) => recent.keep(keyOf(kind, id), live, live.text.length);

  const read = (kind: string, id: string): Live | undefined => {
    const now = clock.now();
    const known = recent.get(keyOf(kind, id));
    if (known) return known.expiresAt > now ? known : undefined;
    const row = statements.find.get(pool, kind, id, now);
    if (!row) return undefined;
    const live = { text: String(row['value']), expiresAt: Number(row['expires_at']) };
    keep(kind, id, live);
    return live;
  };

  return {
    find: (kind, id) =>
      run(() => {
        const live = read(kind, id);
        return live && readRecord(live.text);
      }),

    put: async (kind, id, value, expiresAt) => {
      const live = { text: recordText(value), expiresAt: checkedExpiry(expiresAt) };
      return write(() => {
        recent.forget(keyOf(kind, id));
        statements.put.run(pool, kind, id, live.text, live.expiresAt);
        keep(kind, id, live);
      });
    },

    create: async (kind, id, value, expiresAt) => {
      const live = { text: recordText(value), expiresAt: checkedExpiry(expiresAt) };
      return write(() => {
        recent.forget(keyOf(kind, id));
        const { changes } = statements.create.run(pool, kind, id, live.text, live.expiresAt, clock.now());
        if (changes === 0) throw new AlreadyExists(`${kind}:${id}`);
        keep(kind, id, live);
      });
    },

    // One statement that fails where another process was faster: a transaction around a reading would cost as much again.
    update: <T extends object>(kind: string, id: string, change: (current: T) => T) =>
      write(() => {
        for (;;) {
          const current = read(kind, id);
          if (!current) throw new Missing(`${kind}:${id}`);
          const next = change(readRecord<T>(current.text));
          const text = recordText(next);
          recent.forget(keyOf(kind, id));
          if (statements.change.run(pool, kind, id, text, current.text).changes === 0) continue;
          keep(kind, id, { text, expiresAt: current.expiresAt });
          return next;
        }
      }),

    take: (kind, id) =>
      write(() => {
        recent.forget(keyOf(kind, id));
        const [row] = statements.take.all(pool, kind, id, clock.now());
        return row?.['lives'] ? readRecord(row['value']) : undefined;
      }),

    remove: (kind, id) =>
      write(() => {
        recent.forget(keyOf(kind, id));
        statements.remove.run(pool, kind, id);
      }),

    count: (kind, id, windowMs) =>
      write(() => {
        const now = clock.now();
        const [row] = statements.count.all(pool, kind, id, now, now + windowMs);
        return Number(row?.['count']);
      }),

    counted: (kind, id) =>
      run(() => Number(statements.counted.get(pool, kind, id, clock.now())?.['count'] ?? 0)),

    reset: (kind, id) => write(() => void statements.reset.run(pool, kind, id)),
  };
}
