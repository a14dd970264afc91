import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { signOutEverywhere } from '../own-account/sign-out-everywhere.ts';

/** An administrator signs a person out everywhere. @throws Refusal `user-not-found` */
export async function globalSignOut(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  username: string,
): Promise<Account> {
  return signOutEverywhere(pool, await requireAccount(pool, username));
}
