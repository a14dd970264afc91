import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { changeAccount } from '../write-account.ts';

/**
 * Signs a person out everywhere: sessions, grants and attempts of earlier epochs are good no more, at the same cost
 * however many there are. @throws Refusal `user-not-found`
 */
export async function signOutEverywhere(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  { id }: Pick<Account, 'id'>,
): Promise<Account> {
  return changeAccount(pool, id, (current) => ({ ...current, epoch: current.epoch + 1 }));
}
