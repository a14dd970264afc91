import type { Account, NameKind } from '#adapters/accounts/store.ts';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { indexAccount, type Unindexed } from './index-account.ts';

type Writer = Pick<Pool, 'accounts' | 'settings' | 'clock'>;
type NewAccount = Pick<
  Account,
  'id' | 'username' | 'attributes' | 'status' | 'passwordHash' | 'srpVerifier' | 'temporaryPasswordAt'
>;

/** Stores a new account. Throws AlreadyExists when a name is taken: see `nameConflict`. */
export async function createAccount(pool: Writer, fields: NewAccount): Promise<Account> {
  const now = pool.clock.now();
  const account = indexAccount(pool.settings, {
    ...fields,
    enabled: true,
    epoch: 0,
    createdAt: now,
    modifiedAt: now,
  });
  await pool.accounts.create(account);
  return account;
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
  try {
    return await pool.accounts.update(id, (current) => indexAccount(pool.settings, change(current)), options);
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('user-not-found', {}, { cause: error });
    throw error;
  }
}

/** Which name of another account stood in the way of a write, in its folded form; undefined for any other error. */
export function nameConflict(error: unknown): { kind: NameKind; value: string } | undefined {
  if (!(error instanceof AlreadyExists)) return undefined;
  const [, kind, value] = /^(username|email|phone_number|preferred_username):(.*)$/s.exec(error.taken) ?? [];
  return kind === undefined || value === undefined ? undefined : { kind: kind as NameKind, value };
}
