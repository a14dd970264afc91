import type { Sqlite } from '../databases/sqlite.ts';
import type { Kind, Stored } from './store.ts';

export interface Remembered {
  /** What was read under this key before, unless anything was written since; else what `read` gives now. */
  recall<K extends Kind>(key: string, read: () => Stored<K> | undefined): Stored<K> | undefined;
  /** To be called by whoever writes through this connection. */
  forget(): void;
}

/** Records. Far more than a pool has clients; whoever has more reads them from the file, as before. */
const MOST = 2000;

/**
 * Every request reads its client, and reading and parsing it was a tenth of what a token costs. SQLite tells in a
 * fifth of that time whether another connection has written, so what is remembered is never older than the file. All
 * callers get the same object, and it is frozen.
 */
export function rememberRecords({ db }: Sqlite): Remembered {
  // Changes when another connection commits, and only then.
  const version = db.prepare('PRAGMA data_version');
  const records = new Map<string, object>();
  let seen: unknown;
  return {
    recall<K extends Kind>(key: string, read: () => Stored<K> | undefined) {
      const now = version.get()?.['data_version'];
      if (now !== seen || records.size >= MOST) records.clear();
      seen = now;
      // Of the kind that was read under this key, which names it.
      const known = records.get(key) as Stored<K> | undefined;
      if (known) return known;
      const found = read();
      if (found) records.set(key, frozen(found));
      return found;
    },
    forget: () => records.clear(),
  };
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) frozen(inner);
  return Object.freeze(value);
}
