import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';

/**
 * Removes an account, enabled or not; its username and aliases are free again (USR-03, USR-10). What still refers to
 * it finds nobody: ids are never used twice. @throws Refusal `user-not-found`
 */
export async function deleteUser(pool: Pick<Pool, 'accounts' | 'settings'>, username: string): Promise<void> {
  const { id } = await requireAccount(pool, username);
  if (!(await pool.accounts.remove(id))) throw new Refusal('user-not-found');
}
