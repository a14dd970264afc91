/**
 * The sessions store: everything that expires. Hosted sessions, grants, codes, refresh tokens, interactions,
 * attempts, one-time codes and counters. Its neighbours are `accounts` (people) and `directory` (configuration).
 *
 * A store is bound to one pool before anyone holds it (`forPool`), so no caller can name another pool's records.
 * Keys are `<kind>` and `<id>`; a kind is a short word such as `code`, `grant` or `attempt`. Ids may hold any
 * character. Values are JSON objects.
 *
 * Time: `now` comes from the clock that the store was opened with. A record whose `expiresAt` has come is not
 * there, whatever the engine still holds: the engine's own expiry is housekeeping, never the truth.
 */
export interface SessionStore {
  /** The record, or undefined when it never was, was removed, or has expired. */
  find<T extends object>(kind: string, id: string): Promise<T | undefined>;

  /** Writes the record, over an older one too. `expiresAt` is in milliseconds since the epoch. */
  put<T extends object>(kind: string, id: string, value: T, expiresAt: number): Promise<void>;

  /** Writes the record if there is none; throws AlreadyExists otherwise. Of many callers at once one succeeds. */
  create<T extends object>(kind: string, id: string, value: T, expiresAt: number): Promise<void>;

  /**
   * Changes the record in one atomic step and returns what was written. `change` sees the current value and gives
   * the new one; it may be called again when another caller was faster, and it may throw to leave the record as
   * it is (the error reaches the caller unchanged). Throws Missing when there is no record. The expiry stays.
   */
  update<T extends object>(kind: string, id: string, change: (current: T) => T): Promise<T>;

  /** Reads and removes in one step: of many callers at once, one gets the record, the others undefined. */
  take<T extends object>(kind: string, id: string): Promise<T | undefined>;

  /** Removes the record; quiet when there is none. */
  remove(kind: string, id: string): Promise<void>;

  /**
   * Adds one to a counter and returns the new count. The first call starts the window, which lasts
   * `windowMs` and is not prolonged by later calls; after it the count begins at one again.
   */
  count(kind: string, id: string, windowMs: number): Promise<number>;

  /** The counter as it stands, 0 when there is none. `count` and `counted` share keys with each other only. */
  counted(kind: string, id: string): Promise<number>;

  /** Forgets a counter; quiet when there is none. */
  reset(kind: string, id: string): Promise<void>;
}

/** The opened store of all pools. */
export interface SessionStores {
  forPool(poolId: string): SessionStore;
  /** Throws Unavailable when the store cannot be read and written now. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
