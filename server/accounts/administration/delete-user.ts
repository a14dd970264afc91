import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { deleteAccount } from '../own-account/delete-account.ts';

/** An administrator removes an account, as its owner could (USR-10), and gives it as it was. @throws Refusal `user-not-found` */
export async function deleteUser(
  pool: Pick<Pool, 'accounts' | 'settings'>,
  username: string,
): Promise<Account> {
  const account = await requireAccount(pool, username);
  await deleteAccount(pool, account);
  return account;
}
