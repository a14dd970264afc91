import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { changeAccount } from '../write-account.ts';

/** Lets an account sign in again; its status is what it was before (USR-05). @throws Refusal `user-not-found` */
export async function enableUser(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  username: string,
): Promise<Account> {
  const { id } = await requireAccount(pool, username);
  return changeAccount(pool, id, (current) => ({ ...current, enabled: true }));
}
