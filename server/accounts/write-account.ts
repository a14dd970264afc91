import type { Account, NameKind } from '#adapters/accounts/store.ts';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { indexAccount, type Unindexed } from './index-account.ts';

type Writer = Pick<Pool, 'accounts' | 'settings' | 'clock'>;
type NewAccount = Pick<
  Account,
  | 'id'
  | 'username'
  | 'attributes'
  | 'status'
  | 'passwordHash'
  | 'srpVerifier'
  | 'temporaryPasswordAt'
  | 'identities'
  | 'groups'
>;

/** Stores a new account. Throws AlreadyExists when a name is taken: see `nameConflict`. */
export async function createAccount(pool: Writer, fields: NewAccount): Promise<Account> {
  const account = newAccount(pool, fields);
  await pool.accounts.create(account);
  const taken = prefers(pool) ? await shadowed(pool, account) : undefined;
  if (taken === undefined) return account;
  await pool.accounts.remove(account.id);
  throw new AlreadyExists(taken);
}

/**
 * Stores many new accounts, each by itself and as if in this order. For each, in the same order, the account as it was
 * stored, or what `createAccount` would have thrown because a name is taken.
 */
export async function createAccounts(
  pool: Writer,
  people: readonly NewAccount[],
): Promise<(Account | AlreadyExists)[]> {
  if (prefers(pool)) {
    const results: (Account | AlreadyExists)[] = [];
    for (const person of people) results.push(await createAccount(pool, person).catch(ifTaken));
    return results;
  }
  const accounts = people.map((person) => newAccount(pool, person));
  const taken = await pool.accounts.createAll(accounts);
  return accounts.map((account, index) => taken[index] ?? account);
}

function newAccount(pool: Writer, fields: NewAccount): Account {
  const now = pool.clock.now();
  return indexAccount(pool.settings, {
    ...fields,
    enabled: true,
    epoch: 0,
    createdAt: now,
    modifiedAt: now,
  });
}

function ifTaken(error: unknown): AlreadyExists {
  if (error instanceof AlreadyExists) return error;
  throw error;
}

/** The name of a new account that another one has as a name of the other kind, as AlreadyExists says it. */
async function shadowed(pool: Writer, { id, names }: Account): Promise<string | undefined> {
  const { username, preferred_username: preferred } = names;
  if (await heldByAnother(pool, id, 'preferred_username', username)) return `username:${username}`;
  if (preferred !== undefined && (await heldByAnother(pool, id, 'username', preferred)))
    return `preferred_username:${preferred}`;
  return undefined;
}

/**
 * Changes an account in one atomic step and returns it as written. `change` may run more than once and may throw.
 * Throws Refusal `user-not-found`, and AlreadyExists when a new name is taken: then nothing has changed.
 */
export async function changeAccount(
  pool: Writer,
  id: string,
  change: (current: Account) => Unindexed,
): Promise<Account> {
  return write(pool, id, (current) => ({ ...change(current), modifiedAt: pool.clock.now() }));
}

/**
 * As `changeAccount`, for what is no modification in the eyes of an administrator, and what a power failure may undo:
 * signing in, a renewed hash. A sign-in that waited for the disk would keep everyone waiting.
 */
export async function noteOnAccount(
  pool: Writer,
  id: string,
  change: (current: Account) => Unindexed,
): Promise<Account> {
  return write(pool, id, change, { flush: false });
}

async function write(
  pool: Writer,
  id: string,
  change: (current: Account) => Unindexed,
  options?: { flush: boolean },
): Promise<Account> {
  let before: Account | undefined;
  try {
    const after = await pool.accounts.update(
      id,
      (current) => {
        before = current;
        return indexAccount(pool.settings, change(current));
      },
      options,
    );
    await undoShadowing(pool, before, after);
    return after;
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('user-not-found', {}, { cause: error });
    throw error;
  }
}

const prefers = ({ settings }: Pick<Pool, 'settings'>) =>
  settings.AliasAttributes.includes('preferred_username');

/**
 * A username and a preferred username are names of two kinds, so the store lets two accounts have them alike. Each
 * writer therefore looks after it has written, and takes its own name back: of two at the same moment at least one sees
 * the other.
 */
async function heldByAnother(
  { accounts }: Writer,
  id: string,
  kind: 'username' | 'preferred_username',
  value: string,
): Promise<boolean> {
  const holder = await accounts.findByName(kind, value);
  return holder !== undefined && holder.id !== id;
}

/** Throws AlreadyExists when the preferred username that was just written is another account's username. */
async function undoShadowing(
  pool: Writer,
  before: Account | undefined,
  { id, names }: Account,
): Promise<void> {
  const preferred = names.preferred_username;
  if (preferred === undefined || preferred === before?.names.preferred_username) return;
  if (!(await heldByAnother(pool, id, 'username', preferred))) return;
  const taken = `preferred_username:${preferred}`;
  const restore = (value: string | undefined) =>
    pool.accounts.update(id, (current) => {
      if (current.names.preferred_username !== preferred) return current;
      const { preferred_username: _, ...rest } = current.attributes;
      const attributes = value === undefined ? rest : { ...rest, preferred_username: value };
      return indexAccount(pool.settings, { ...current, attributes });
    });
  try {
    await restore(before?.attributes['preferred_username']);
  } catch (error) {
    // Somebody was quick enough to take the earlier one.
    if (!(error instanceof AlreadyExists)) throw error;
    await restore(undefined);
  }
  throw new AlreadyExists(taken);
}

/** Which name of another account stood in the way of a write, in its folded form; undefined for any other error. */
export function nameConflict(error: unknown): { kind: NameKind; value: string } | undefined {
  if (!(error instanceof AlreadyExists)) return undefined;
  const [, kind, value] = /^(username|email|phone_number|preferred_username):(.*)$/s.exec(error.taken) ?? [];
  return kind === undefined || value === undefined ? undefined : { kind: kind as NameKind, value };
}
