import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { type PasswordProof, passwordProof } from './password-proof.ts';

type HadPasswords = Pick<Account, 'id' | 'username' | 'passwordHash' | 'passwordHistory'>;

/**
 * A password that takes the place of another, with those that it must not be: where the pool says so, the one that the
 * person has and the ones before (`PasswordHistorySize`, the present one counted). Spread it into the account as a whole.
 * @throws Refusal `password-reused`, `busy`
 */
export async function nextPassword(
  pool: Pick<Pool, 'id' | 'passwords' | 'vault' | 'settings'>,
  account: HadPasswords,
  password: string,
): Promise<PasswordProof & Pick<Account, 'passwordHistory'>> {
  const earlier = earlierPasswords(pool.settings, account);
  // One after the other: together they would take the whole queue of the password hash.
  for (const hash of earlier)
    if ((await pool.passwords.verify(password, hash)).matches) throw new Refusal('password-reused');
  // The new one is the first of as many as the pool says.
  const kept = earlier.slice(0, Math.max(0, sizeOf(pool.settings) - 1));
  return {
    ...(await passwordProof(pool, account, password)),
    passwordHistory: kept.length > 0 ? kept : undefined,
  };
}

/** What the next password must not be, the newest first; an account that loses its password goes on keeping these. */
export function earlierPasswords(
  settings: Pick<PoolSettings, 'Policies'>,
  { passwordHash, passwordHistory = [] }: Pick<Account, 'passwordHash' | 'passwordHistory'>,
): string[] {
  const all = passwordHash === undefined ? passwordHistory : [passwordHash, ...passwordHistory];
  return all.slice(0, sizeOf(settings));
}

const sizeOf = ({ Policies }: Pick<PoolSettings, 'Policies'>) =>
  Policies.PasswordPolicy.PasswordHistorySize ?? 0;
