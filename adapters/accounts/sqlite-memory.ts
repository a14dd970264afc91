import type { DatabaseSync } from 'node:sqlite';
import { readRecord } from '../databases/record-text.ts';
import type { Account } from './store.ts';

/**
 * Accounts that were read, so that those who are asked for again and again are not read and parsed each time. It never
 * shows what is no longer stored: the file is asked at every reading whether another connection has written to it, and
 * then all is forgotten; who writes through this connection says which account it was.
 */
export interface AccountMemory {
  /**
   * Comes before `get`, and before what is given to `keep` is read, with no wait in between: the other order would
   * keep what another process has changed since. Whether anything is remembered still; throws what the engine throws.
   */
  refresh(): boolean;
  get(pool: string, id: string): Account | undefined;
  /** Parses what was read and keeps it, frozen: everybody who asks is given the same object. */
  keep(pool: string, id: string, text: string): Account;
  /** Before an account is written or removed. A step that is taken back has forgotten it for nothing. */
  forget(pool: string, id: string): void;
}

/** Characters of text; parsed it takes some three bytes for each. An ordinary account has 1,500. */
const MOST_CHARACTERS = 4_000_000;

/** @param most for tests */
export function openMemory(db: DatabaseSync, most: number = MOST_CHARACTERS): AccountMemory {
  const version = db.prepare('PRAGMA data_version');
  version.setReturnArrays(true);
  let seen: unknown;
  // Two halves: when the newer one is full it becomes the older, whose rest is forgotten. Who is asked for moves up.
  let newer = new Map<string, Map<string, Kept>>();
  let older: typeof newer = new Map();
  let characters = 0;

  const add = (pool: string, id: string, kept: Kept) => {
    if (characters > most / 2) {
      older = newer;
      newer = new Map();
      characters = 0;
    }
    characters += kept.characters;
    const accounts = newer.get(pool);
    if (accounts) accounts.set(id, kept);
    else newer.set(pool, new Map([[id, kept]]));
  };

  return {
    refresh() {
      const [now] = version.get() as unknown as [unknown];
      if (now !== seen) {
        seen = now;
        newer.clear();
        older.clear();
        characters = 0;
      }
      return newer.size + older.size > 0;
    },

    get(pool, id) {
      const kept = newer.get(pool)?.get(id);
      if (kept) return kept.account;
      const old = older.get(pool)?.get(id);
      if (old) add(pool, id, old);
      return old?.account;
    },

    keep(pool, id, text) {
      const account = frozen(readRecord<Account>(text));
      add(pool, id, { account, characters: text.length });
      return account;
    },

    forget(pool, id) {
      newer.get(pool)?.delete(id);
      older.get(pool)?.delete(id);
    },
  };
}

interface Kept {
  account: Account;
  characters: number;
}

function frozen<T extends object>(value: T): T {
  // Without a list of the members, which took as long as the rest.
  for (const name in value) {
    const member = value[name];
    if (typeof member === 'object' && member) frozen(member);
  }
  return Object.freeze(value);
}
