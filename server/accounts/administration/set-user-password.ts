import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { nextPassword } from '../password-history.ts';
import { checkPasswordPolicy } from '../password-policy.ts';
import { unlock } from '../sign-in/throttle.ts';
import { changeAccount } from '../write-account.ts';

/**
 * Sets a password: a permanent one confirms the account, whatever its state; a temporary one must be replaced at the
 * next sign-in (USR-12). Tokens stay good: an administrator signs a person out by its own operation. Only those of
 * somebody whose password was reset, which have been good for nothing since, do not come back to life.
 * @throws Refusal `user-not-found`, `cannot-reset-password`, `password-policy`, `password-reused`, `busy`
 */
export async function setUserPassword(
  pool: Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'passwords' | 'vault' | 'clock'>,
  { username, password, permanent }: { username: string; password: string; permanent: boolean },
): Promise<Account> {
  const found = await requireAccount(pool, username);
  // Whoever knows them is a provider outside.
  if (found.status === 'EXTERNAL_PROVIDER') throw new Refusal('cannot-reset-password');
  checkPasswordPolicy(pool.settings.Policies.PasswordPolicy, password);
  const proof = await nextPassword(pool, found, password);
  const account = await changeAccount(pool, found.id, ({ temporaryPasswordAt: _, ...current }) => ({
    ...current,
    ...proof,
    epoch: current.status === 'RESET_REQUIRED' ? current.epoch + 1 : current.epoch,
    ...(permanent
      ? { status: 'CONFIRMED' as const }
      : { status: 'FORCE_CHANGE_PASSWORD' as const, temporaryPasswordAt: pool.clock.now() }),
  }));
  await unlock(pool, found.id);
  return account;
}
