import type { Account } from '#adapters/accounts/store.ts';
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
  const size = pool.settings.Policies.PasswordPolicy.PasswordHistorySize ?? 0;
  const { passwordHash, passwordHistory = [] } = account;
  const earlier = [...(passwordHash === undefined ? [] : [passwordHash]), ...passwordHistory].slice(0, size);
  // One after the other: together they would take the whole queue of the password hash.
  for (const hash of earlier)
    if ((await pool.passwords.verify(password, hash)).matches) throw new Refusal('password-reused');
  const kept = earlier.slice(0, Math.max(0, size - 1));
  return {
    ...(await passwordProof(pool, account, password)),
    passwordHistory: kept.length > 0 ? kept : undefined,
  };
}
