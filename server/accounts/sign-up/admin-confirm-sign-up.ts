import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { changeAccount } from '../write-account.ts';
import { refuseUnlessUnconfirmed } from './confirm-sign-up.ts';

/**
 * Confirms an account without a code. No contact becomes verified (USR-41).
 * @throws Refusal `user-not-found`, `cannot-confirm`
 */
export async function adminConfirmSignUp(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  username: string,
): Promise<Account> {
  const { id } = await requireAccount(pool, username);
  return changeAccount(pool, id, (current) => {
    refuseUnlessUnconfirmed(current);
    return { ...current, status: 'CONFIRMED' };
  });
}
