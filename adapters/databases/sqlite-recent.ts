import type { Sqlite } from './sqlite.ts';

/** What was read or written last, by key, as long as it is what the file holds. */
export interface Recent<T> {
  /** Forgets everything if another process has written. Before anything is read that is then kept. */
  check(): void;
  /** After a `check`, which it does first. */
  get(key: string): T | undefined;
  /**
   * To be called with what was just read, or written and committed. The value is handed out as it is: nobody may change
   * it. `size` is that of its text, in characters; what is large is not kept.
   */
  keep(key: string, value: T, size: number): void;
  /** To be called before anything under this key is written or removed. */
  forget(key: string): void;
  clear(): void;
}

/** Values, and characters of one: 20 MB at worst. What is more or larger is read from the file each time. */
const MOST = 2000;
const LARGEST = 10_000;

/**
 * A request reads the same few records again and again: its client, its session, what the request before it wrote.
 * SQLite tells in a fraction of the time of a reading whether another connection has written since. It is asked once in
 * each callback of the event loop, with all promises that go on in it: nothing can arrive before it ends, so nobody can ask
 * who was told of what another process writes meanwhile. A whole turn of the loop would be too long: what a timer began
 * with would still hold for requests that arrive after it. The oldest goes first.
 */
export function openRecent<T>({ db }: Pick<Sqlite, 'db'>): Recent<T> {
  // Changes when another connection commits, and only then.
  const version = db.prepare('PRAGMA data_version');
  version.setReturnArrays(true);
  const values = new Map<string, T>();
  let seen: unknown;
  let asked = false;
  const callbackEnds = () => {
    asked = false;
  };
  const check = () => {
    // A closed file is told by what is asked of it.
    if (asked && db.isOpen) return;
    const [now] = version.get() as unknown as unknown[];
    if (now !== seen) values.clear();
    seen = now;
    asked = true;
    process.nextTick(callbackEnds);
  };
  return {
    check,
    get(key) {
      check();
      return values.get(key);
    },
    keep(key, value, size) {
      if (size > LARGEST) return;
      const [oldest] = values.size >= MOST ? values.keys() : [];
      if (oldest !== undefined) values.delete(oldest);
      values.set(key, value);
    },
    forget: (key) => void values.delete(key),
    clear: () => values.clear(),
  };
}
