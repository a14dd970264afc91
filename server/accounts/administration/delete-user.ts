import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { deleteAccount } from '../own-account/delete-account.ts';

/** An administrator removes an account, as its owner could (USR-10). @throws Refusal `user-not-found` */
export async function deleteUser(pool: Pick<Pool, 'accounts' | 'settings'>, username: string): Promise<void> {
  await deleteAccount(pool, await requireAccount(pool, username));
}
