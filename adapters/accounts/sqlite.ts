/**
 * Accounts on SQLite, each commit flushed to the disk: an account that was acknowledged survives a power failure.
 * An account, its names, its entries in the search index and the pool's total are written in one transaction, so
 * there is no half-finished state to repair.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { readRecord, recordText } from '../databases/record-text.ts';
import { openSqlite, type Sqlite } from '../databases/sqlite.ts';
import { openRecent, type Recent } from '../databases/sqlite-recent.ts';
import { AlreadyExists, Missing } from '../errors.ts';
import { difference, identityName, namesOf, type Pair } from './pairs.ts';
import { indexed } from './search.ts';
import { keepAccount, openList, recentKey } from './sqlite-list.ts';
import type { Account, AccountStore, AccountStores } from './store.ts';

const MIGRATIONS = [
  `CREATE TABLE accounts (
     pool TEXT NOT NULL,
     id TEXT NOT NULL,
     account TEXT NOT NULL,
     UNIQUE (pool, id)
   );
   CREATE TABLE names (
     pool TEXT NOT NULL,
     kind TEXT NOT NULL,
     value TEXT NOT NULL,
     id TEXT NOT NULL,
     PRIMARY KEY (pool, kind, value)
   ) WITHOUT ROWID;
   CREATE TABLE search (
     pool TEXT NOT NULL,
     field TEXT NOT NULL,
     value TEXT NOT NULL,
     id TEXT NOT NULL,
     PRIMARY KEY (pool, field, value, id)
   ) WITHOUT ROWID;
   CREATE TABLE totals (
     pool TEXT PRIMARY KEY,
     accounts INTEGER NOT NULL
   ) WITHOUT ROWID;`,
];

/** How many accounts `clear` removes before others have their turn. */
const BATCH = 200;

/** `path` is a file in an existing folder, or `:memory:`. Throws Unavailable and NewerSchema. */
export async function openSqliteAccounts({ path }: { path: string }): Promise<AccountStores> {
  const file = await openSqlite({ store: 'accounts', path, migrations: MIGRATIONS, synchronous: 'FULL' });
  const recent = openRecent<Account>(file);
  const opened = { file, statements: prepare(file), recent, list: openList(file, recent) };
  return {
    forPool: (poolId) => bind(poolId, opened),
    ping: file.ping,
    close: file.close,
  };
}

function prepare({ db }: Sqlite) {
  return {
    find: db.prepare('SELECT account FROM accounts WHERE pool = ? AND id = ?'),
    findByName: db.prepare(
      `SELECT id, account FROM names JOIN accounts USING (pool, id) WHERE pool = ? AND kind = ? AND value = ?`,
    ),
    insert: db.prepare('INSERT INTO accounts (pool, id, account) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    update: db.prepare('UPDATE accounts SET account = ?3 WHERE pool = ?1 AND id = ?2'),
    remove: db.prepare('DELETE FROM accounts WHERE pool = ? AND id = ?'),
    addName: db.prepare(
      'INSERT INTO names (pool, kind, value, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    dropName: db.prepare('DELETE FROM names WHERE pool = ? AND kind = ? AND value = ?'),
    addEntry: db.prepare('INSERT INTO search (pool, field, value, id) VALUES (?, ?, ?, ?)'),
    dropEntry: db.prepare('DELETE FROM search WHERE pool = ? AND field = ? AND value = ? AND id = ?'),
    addToTotal: db.prepare(
      `INSERT INTO totals (pool, accounts) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET accounts = accounts + excluded.accounts`,
    ),
    total: db.prepare('SELECT accounts FROM totals WHERE pool = ?'),
    some: db.prepare('SELECT id FROM accounts WHERE pool = ? LIMIT ?'),
    dropTotal: db.prepare('DELETE FROM totals WHERE pool = ?'),
    begin: db.prepare('SAVEPOINT one_of_many'),
    takeBack: db.prepare('ROLLBACK TO one_of_many'),
    end: db.prepare('RELEASE one_of_many'),
  };
}

interface Opened {
  file: Sqlite;
  statements: ReturnType<typeof prepare>;
  recent: Recent<Account>;
  list: ReturnType<typeof openList>;
}

function bind(pool: string, { file, statements, recent, list }: Opened): AccountStore {
  const { run, transaction } = file;

  /** What is stored at this moment, for those who change it. */
  const read = (id: string): Account | undefined => {
    const row = statements.find.get(pool, id);
    return row && readRecord<Account>(row['account']);
  };

  const find = (id: string): Account | undefined => {
    const known = recent.get(recentKey(pool, id));
    if (known) return known;
    const row = statements.find.get(pool, id);
    return row && keepAccount(recent, pool, id, String(row['account']));
  };

  const holder = ([kind, value]: Pair): Account | undefined => {
    recent.check();
    const row = statements.findByName.get(pool, kind, value);
    return row && keepAccount(recent, pool, String(row['id']), String(row['account']));
  };

  /** Throws AlreadyExists; the transaction then takes everything back. */
  const rename = (id: string, current: Pair[], next: Pair[]) => {
    const { added, dropped } = difference(current, next);
    for (const [kind, value] of dropped) statements.dropName.run(pool, kind, value);
    for (const [kind, value] of added) {
      if (statements.addName.run(pool, kind, value, id).changes === 0)
        throw new AlreadyExists(`${kind}:${value}`);
    }
  };

  const reindex = (id: string, current: Pair[], next: Pair[]) => {
    const { added, dropped } = difference(current, next);
    for (const [field, value] of dropped) statements.dropEntry.run(pool, field, value, id);
    for (const [field, value] of added) statements.addEntry.run(pool, field, value, id);
  };

  const remove = (id: string): boolean => {
    const account = read(id);
    if (!account) return false;
    recent.forget(recentKey(pool, id));
    statements.remove.run(pool, id);
    rename(id, namesOf(account), []);
    reindex(id, indexed(account), []);
    statements.addToTotal.run(pool, -1);
    return true;
  };

  /** Throws AlreadyExists in the middle of its writing: whoever calls it takes that back. */
  const create = (account: Account) => {
    const { id } = account;
    rename(id, [], namesOf(account));
    if (statements.insert.run(pool, id, recordText(account)).changes === 0)
      throw new AlreadyExists(`id:${id}`);
    reindex(id, [], indexed(account));
    statements.addToTotal.run(pool, 1);
  };

  const tryToCreate = (account: Account): AlreadyExists | undefined => {
    statements.begin.run();
    try {
      create(account);
      return undefined;
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      statements.takeBack.run();
      return error;
    } finally {
      // After a full disk the engine has rolled back everything, this step too.
      if (file.db.isTransaction) statements.end.run();
    }
  };

  return {
    create: (account) => transaction(() => create(account)),

    createAll: (accounts) => transaction(() => accounts.map(tryToCreate)),

    find: (id) => run(() => find(id)),

    findByName: (...name) => run(() => holder(name)),

    findByIdentity: (identity) => run(() => holder(identityName(identity))),

    update: (id, change, { flush = true } = {}) =>
      transaction(
        () => {
          const current = read(id);
          if (!current) throw new Missing(`account ${id}`);
          // Taken down first: `change` may alter the object that it was given.
          const [names, entries] = [namesOf(current), indexed(current)];
          const next = { ...change(current), id };
          recent.forget(recentKey(pool, id));
          rename(id, names, namesOf(next));
          reindex(id, entries, indexed(next));
          statements.update.run(pool, id, recordText(next));
          return next;
        },
        { flush },
      ),

    remove: (id) => transaction(() => remove(id)),

    list: (query) => run(() => list(pool, query)),

    estimate: () => run(() => Number(statements.total.get(pool)?.['accounts'] ?? 0)),

    clear: async () => {
      const removeSome = () => {
        const rows = statements.some.all(pool, BATCH);
        for (const row of rows) remove(String(row['id']));
        return rows.length;
      };
      while ((await transaction(removeSome)) > 0) await breathe();
      await run(() => void statements.dropTotal.run(pool));
    },
  };
}
