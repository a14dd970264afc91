import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

/**
 * Removes an account, enabled or not; its username and aliases are free again (USR-03, USR-11). What still refers to it
 * finds nobody: ids are never used twice. @throws Refusal `user-not-found`
 */
export async function deleteAccount(
  pool: Pick<Pool, 'accounts'>,
  { id }: Pick<Account, 'id'>,
): Promise<void> {
  if (!(await pool.accounts.remove(id))) throw new Refusal('user-not-found');
}
