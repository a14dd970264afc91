import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { changeAccount } from '../write-account.ts';

/**
 * Keeps an account from signing in and revokes its tokens: they are of an earlier epoch from now on, so enabling the
 * account does not bring them back. @throws Refusal `user-not-found`
 */
export async function disableUser(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  username: string,
): Promise<Account> {
  const { id } = await requireAccount(pool, username);
  return changeAccount(pool, id, (current) => ({ ...current, enabled: false, epoch: current.epoch + 1 }));
}
