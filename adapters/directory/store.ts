/**
 * The directory store: configuration. Pools and what belongs to them: clients, domains, resource servers, keys.
 * Its neighbours are `accounts` (people) and `sessions` (what expires). It knows nothing of what a record means.
 *
 * Every record belongs to a pool (a pool to itself), except those of an `InstallationKind`, which belong to no
 * pool. Kinds in `GLOBAL` have ids that are unique in the whole installation and can be found by id alone; the
 * ids of the others are unique within their pool.
 */
import type { Records } from './records.ts';

export type Kind = keyof Records;

/** Kinds whose records belong to the installation, not to a pool. */
export type InstallationKind = 'certificate' | 'import-task';
export type PoolKind = Exclude<Kind, InstallationKind>;

/** Stands where the id of a pool would, in `Stored` and in `Change`. No pool id has this form. */
export const INSTALLATION = 'installation';

/** What is stored: the record under its id, in its pool, with the number of times it has been written. */
export interface Stored<K extends Kind> {
  pool: string;
  id: string;
  /** 1 when created, one more with each change. */
  revision: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  modifiedAt: number;
  record: Records[K];
}

export interface Page<K extends Kind> {
  items: Stored<K>[];
  /** Give it to the next `list` for what follows; absent on the last page. */
  cursor?: string;
}

/**
 * The directory of one owner: a pool, unless another set of kinds is named. It cannot see, change or remove what
 * another owns.
 */
export interface DirectoryStore<Owned extends Kind = PoolKind> {
  find<K extends Owned>(kind: K, id: string): Promise<Stored<K> | undefined>;

  /** Those of some records that are there, in no order, in one reading. For a few dozen ids. */
  findSome<K extends Owned>(kind: K, ids: readonly string[]): Promise<Stored<K>[]>;

  /** Throws AlreadyExists when the id is taken: in this pool, or for a global kind anywhere. One of many wins. */
  create<K extends Owned>(kind: K, id: string, record: Records[K]): Promise<Stored<K>>;

  /**
   * Changes a record in one atomic step. `change` may be called again when another writer was faster, and may
   * throw to leave it as it is. Throws Missing when there is none.
   */
  update<K extends Owned>(
    kind: K,
    id: string,
    change: (current: Records[K]) => Records[K],
  ): Promise<Stored<K>>;

  /** Removes the record; returns whether there was one. */
  remove(kind: Owned, id: string): Promise<boolean>;

  /**
   * The owner's records of a kind in the order of their ids (by code point), at most `limit` of them. Throws
   * InvalidCursor for a cursor that this list did not give.
   */
  list<K extends Owned>(kind: K, page: { limit: number; cursor?: string }): Promise<Page<K>>;

  /** How many records of a kind there are. Kinds are bounded by limits of the product, so counting is cheap. */
  count(kind: Owned): Promise<number>;
}

/** A change that other processes should see: this pool, or one of its records, was written. */
export interface Change {
  /** The id of the pool, or `INSTALLATION` for what belongs to no pool. */
  pool: string;
  /** Differs after every write to the pool's directory except to what is always read fresh (`kinds.ts`). */
  stamp: string;
}

/** The opened store of all pools. */
export interface DirectoryStores {
  forPool(poolId: string): DirectoryStore;

  /** What belongs to no pool. No pool's store reaches it. */
  installation: DirectoryStore<InstallationKind>;

  /** Finds a record of a global kind in any pool. */
  find<K extends GlobalKind>(kind: K, id: string): Promise<Stored<K> | undefined>;

  /** All pools in the order of their ids. */
  listPools(page: { limit: number; cursor?: string }): Promise<Page<'pool'>>;

  /**
   * The pools (and the installation) written since `since` (milliseconds since the epoch), with some seconds of overlap: a change may be
   * told twice, never missed, even when processes' clocks differ by up to five seconds. Reads only what changed.
   */
  changes(since: number): Promise<Change[]>;

  ping(): Promise<void>;
  close(): Promise<void>;
}

export const GLOBAL = ['pool', 'client', 'domain'] as const;
export type GlobalKind = (typeof GLOBAL)[number];
