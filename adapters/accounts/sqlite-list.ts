import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Sqlite } from '../databases/sqlite.ts';
import { searchRange } from './search.ts';
import type { AccountMemory } from './sqlite-memory.ts';
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

/** A page of a pool's accounts: those that are remembered by their ids alone. */
export function openList({ db }: Sqlite, memory: AccountMemory) {
  const begin = db.prepare('BEGIN');
  const end = db.prepare('COMMIT');
  const readEntries = arrays(db.prepare(READ_ENTRIES));
  const readPage = arrays(db.prepare(READ_PAGE));
  const readOne = arrays(db.prepare('SELECT account FROM accounts WHERE pool = ? AND id = ?'));

  /** Undefined when too few of its accounts are remembered. */
  const fromMemory = (pool: string, range: SQLInputValue[], limit: number): Page | undefined => {
    const entries = readEntries(pool, ...range);
    const known = entries.slice(0, limit).map(([, id]) => memory.get(pool, String(id)));
    const unknown = known.filter((account) => !account).length;
    if (unknown > SOONER_ONE_BY_ONE) return undefined;
    const read = (id: unknown) => {
      const [[text] = []] = readOne(pool, String(id));
      return memory.keep(pool, String(id), String(text));
    };
    return { entries, accounts: known.map((account, place) => account ?? read(entries[place]?.[1])) };
  };

  const fromFile = (pool: string, range: SQLInputValue[], limit: number): Page => {
    const entries = readPage(pool, ...range);
    const accounts = entries
      .slice(0, limit)
      .map(([, id, text]) => memory.keep(pool, String(id), String(text)));
    return { entries, accounts };
  };

  return (pool: string, query: AccountQuery): AccountPage => {
    const { index, from, until = END, after = { value: from, id: '' }, cursorAt } = searchRange(query);
    const { limit } = query;
    const range = [index, after.value, after.id, until, limit + 1];
    // In one transaction, so that the index, the memory and the accounts are of the same moment.
    begin.run();
    try {
      const remembers = memory.refresh();
      const page = (remembers && fromMemory(pool, range, limit)) || fromFile(pool, range, limit);
      const [value, id] = (page.entries.length > limit && page.entries[limit - 1]) || [];
      return {
        items: page.accounts,
        ...(id !== undefined && { cursor: cursorAt(String(value), String(id)) }),
      };
    } finally {
      if (db.isTransaction) end.run();
    }
  };
}

interface Page {
  /** Value and id of each, and one more than `limit` when the range goes on. */
  entries: SQLOutputValue[][];
  accounts: Account[];
}

/** The rows of a statement without the names of its columns, which took a fifth of the time to read a page. */
function arrays(statement: StatementSync): (...parameters: SQLInputValue[]) => SQLOutputValue[][] {
  statement.setReturnArrays(true);
  return (...parameters) => statement.all(...parameters) as unknown as SQLOutputValue[][];
}
