import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { readFrozen } from '../databases/record-text.ts';
import type { Sqlite } from '../databases/sqlite.ts';
import type { Recent } from '../databases/sqlite-recent.ts';
import { searchRange } from './search.ts';
import type { Account, AccountPage, AccountQuery } from './store.ts';

/** One range of one index, in its own order, so that a page costs the same however many accounts there are. */
const RANGE = `WHERE pool = ? AND field = ? AND (value, id) > (?, ?) AND value < ?
   ORDER BY value, id LIMIT ?`;
export const READ_ENTRIES = `SELECT value, id FROM search ${RANGE}`;
export const READ_PAGE = `SELECT value, id, account FROM search JOIN accounts USING (pool, id) ${RANGE}`;

/** Text sorts before any blob, so an empty one is the end of every index. */
const END = new Uint8Array();

/** So many accounts of a page are read by their ids sooner than the whole page by one statement. */
const SOONER_ONE_BY_ONE = 15;

/** The key under which an account is remembered. */
export const recentKey = (pool: string, id: string) => `${pool} ${id}`;

/**
 * What was just read, as everybody gets it from now on. After a look into `recent`: what another process wrote between
 * reading and looking would be overlooked.
 */
export function keepAccount(recent: Recent<Account>, pool: string, id: string, text: string): Account {
  const account = readFrozen<Account>(text);
  recent.keep(recentKey(pool, id), account, text.length);
  return account;
}

/**
 * Reads pages of accounts. The index is read each time, of the accounts only those that are not remembered: whoever
 * writes one through this connection has `recent` forget it.
 */
export function openList({ db }: Sqlite, recent: Recent<Account>) {
  const readEntries = arrays<Entry>(db.prepare(READ_ENTRIES));
  const readPage = arrays<Row>(db.prepare(READ_PAGE));
  const readOne = arrays<[text: string]>(
    db.prepare('SELECT account FROM accounts WHERE pool = ? AND id = ?'),
  );

  const find = (pool: string, id: string): Account[] =>
    // Empty when another process has removed it since the index was read.
    readOne(pool, id).map(([text]) => keepAccount(recent, pool, id, text));

  return (pool: string, query: AccountQuery): AccountPage => {
    const { index, from, until = END, after = { value: from, id: '' }, cursorAt } = searchRange(query);
    const range = [pool, index, after.value, after.id, until, query.limit + 1];
    const { limit } = query;
    const page = (entries: (Entry | Row)[], items: Account[]): AccountPage => {
      const last = entries.length > limit ? entries[limit - 1] : undefined;
      return last ? { items, cursor: cursorAt(last[0], last[1]) } : { items };
    };
    const entries = readEntries(...range);
    const known = entries.slice(0, limit).map(([, id]) => recent.get(recentKey(pool, id)));
    const missing = known.filter((account) => !account).length;
    if (missing <= SOONER_ONE_BY_ONE)
      return page(
        entries,
        known.flatMap((account, place) => account ?? find(pool, entries[place]?.[1] ?? '')),
      );
    const rows = readPage(...range);
    return page(
      rows,
      rows.slice(0, limit).map(([, id, text]) => keepAccount(recent, pool, id, text)),
    );
  };
}

type Entry = [value: string, id: string];
type Row = [value: string, id: string, text: string];

/** The rows of a statement without the names of its columns, which took a fifth of the time to read a page. */
function arrays<Row>(statement: StatementSync): (...parameters: SQLInputValue[]) => Row[] {
  statement.setReturnArrays(true);
  return (...parameters) => statement.all(...parameters) as unknown as Row[];
}
