import { frozen } from '../databases/record-text.ts';
import type { Sqlite } from '../databases/sqlite.ts';
import { openRecent } from '../databases/sqlite-recent.ts';
import type { Kind, Stored } from './store.ts';

export interface Remembered {
  /** What was read under this key before, unless anything was written since; else what `read` gives now. */
  recall<K extends Kind>(key: string, read: () => Stored<K> | undefined): Stored<K> | undefined;
  /** To be called by whoever writes through this connection. */
  forget(): void;
}

/**
 * Every request reads its client, and reading and parsing it was a tenth of what a token costs. All callers get the same
 * object, and it is frozen.
 */
export function rememberRecords(file: Sqlite): Remembered {
  const recent = openRecent<object>(file);
  return {
    recall<K extends Kind>(key: string, read: () => Stored<K> | undefined) {
      // Of the kind that was read under this key, which names it.
      const known = recent.get(key) as Stored<K> | undefined;
      if (known) return known;
      const found = read();
      // Settings are few and seldom large, and are kept whatever their size.
      if (found) recent.keep(key, frozen(found), 0);
      return found;
    },
    forget: recent.clear,
  };
}
