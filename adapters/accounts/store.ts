/**
 * The accounts store: people. Its neighbours are `directory` (configuration) and `sessions` (what expires).
 * A store is bound to one pool before anyone holds it (`forPool`).
 *
 * Names. An account holds names under which it is found: its username, and e-mail, telephone number or preferred
 * username where the pool makes them sign-in names. A name belongs to one account of the pool at a time. The
 * rules decide which names an account holds; the store makes sure that two never hold the same.
 *
 * Identities. Who the person is at providers outside; each belongs to one account of the pool at a time, as names do.
 *
 * Search. `search` holds the values under which the account is listed, ready to compare (folded or not, as the
 * rules decided). Every list reads an index range: its cost depends on the page, not on the number of accounts.
 *
 * Groups. An account holds its memberships and is listed under each, so that changing one is one write, and deleting
 * the account leaves none. The groups themselves are in the directory.
 */
import type { AlreadyExists } from '../errors.ts';

export const NAME_KINDS = ['username', 'email', 'phone_number', 'preferred_username'] as const;
export type NameKind = (typeof NAME_KINDS)[number];
export type Names = { username: string } & Partial<Record<NameKind, string>>;

export const SEARCH_FIELDS = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'user_status',
  'enabled',
  'sub',
] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];

export type AccountStatus =
  | 'UNCONFIRMED'
  | 'CONFIRMED'
  | 'RESET_REQUIRED'
  | 'FORCE_CHANGE_PASSWORD'
  | 'EXTERNAL_PROVIDER';

/** Membership in a group, for as long as the group of that name has this key: see `GroupRecord`. */
export interface Membership {
  group: string;
  key: string;
}

/** Who a person is at a provider outside. */
export interface Identity {
  /** The provider's name, and its type as it was when the identity was first seen. */
  provider: string;
  type: string;
  /** Who it is there; as long as the provider likes. */
  subject: string;
  /** SAML: the entity ID that vouched. */
  issuer?: string;
  /** The account was made for it. Otherwise it was linked to an account that was there. */
  primary: boolean;
  /** Milliseconds since the epoch. */
  linkedAt: number;
}

export interface Account {
  /** The `sub`: a UUID made by the server, never changed, never reused. */
  id: string;
  /** The username as it was given, immutable. `names.username` is the form in which it is unique. */
  username: string;
  /** Attribute name to value, always strings, `sub` left out. Custom ones are `custom:<name>`. */
  attributes: Record<string, string>;
  enabled: boolean;
  status: AccountStatus;
  /** A tagged hash such as `$argon2id$...`; absent until a password was set. */
  passwordHash?: string;
  /** The SRP verifier of the same password, sealed; absent while only a hash is known. */
  srpVerifier?: string;
  /** Tagged hashes of passwords that it had before, the newest first, where the pool wants them remembered. */
  passwordHistory?: string[];
  /** When a temporary password was last issued, milliseconds since the epoch. */
  temporaryPasswordAt?: number;
  /** Counts up when the person is signed out everywhere; sessions and grants carry the value they began with. */
  epoch: number;
  /** When the person last signed in, milliseconds since the epoch. */
  lastSignInAt?: number;
  /** Absent for most people. No key is there twice. */
  groups?: Membership[];
  /** Absent for most people. */
  identities?: Identity[];
  names: Names;
  search: Partial<Record<SearchField, string>>;
  createdAt: number;
  modifiedAt: number;
}

export interface AccountQuery {
  /** Without it all accounts, in the order of `names.username`. */
  filter?:
    | { field: SearchField; match: 'equals' | 'prefix'; value: string }
    /** The members of a group; the value is its key. */
    | { field: 'group'; match: 'equals'; value: string };
  /** At least 1. */
  limit: number;
  /** From the last page of the same filter; `list` throws InvalidCursor for any other text. */
  cursor?: string;
}

export interface AccountPage {
  /** In ascending order (by code point) of the filtered field, then of the id. Only to be read: others may have them. */
  items: Account[];
  cursor?: string;
}

export interface AccountStore {
  /**
   * Throws AlreadyExists with `taken` = `<name kind>:<value>` when a name is held by another account (the first in
   * the order of NAME_KINDS), `identity-<hash>:held` for an identity that is, or `id:<id>`. Then nothing has changed.
   */
  create(account: Account): Promise<void>;

  /**
   * Creates many, each by itself and as if in this order: of two that want a name the first gets it. For each, in
   * the same order, undefined, or the error that `create` would have thrown. What else goes wrong is thrown, and
   * then some may have been created.
   */
  createAll(accounts: readonly Account[]): Promise<(AlreadyExists | undefined)[]>;

  find(id: string): Promise<Account | undefined>;

  /** The account that holds the name now. */
  findByName(kind: NameKind, value: string): Promise<Account | undefined>;

  /** The account that holds the identity now. */
  findByIdentity(identity: Pick<Identity, 'provider' | 'subject'>): Promise<Account | undefined>;

  /**
   * Changes an account in one atomic step, its names included, and returns it as written. `change` may be called
   * again when another writer was faster, and may throw to leave the account as it is. Throws Missing when there
   * is none, AlreadyExists (as `create`) when a new name is held by another account: then nothing has changed.
   *
   * `flush: false` is for what nobody would miss: it does not wait for the disk, so a power failure may undo it; a
   * killed process does not.
   */
  update(id: string, change: (current: Account) => Account, options?: { flush?: boolean }): Promise<Account>;

  /** Removes the account and frees its names; returns whether there was one. */
  remove(id: string): Promise<boolean>;

  list(query: AccountQuery): Promise<AccountPage>;

  /** About how many accounts the pool has: kept beside the accounts, not counted. */
  estimate(): Promise<number>;

  /** Removes every account of the pool, some at a time. For deleting a pool. */
  clear(): Promise<void>;
}

/** The opened store of all pools. */
export interface AccountStores {
  forPool(poolId: string): AccountStore;
  ping(): Promise<void>;
  close(): Promise<void>;
}
