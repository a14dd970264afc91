import type { Account } from '#adapters/accounts/store.ts';
import type { Client, Pool } from '../../pool.ts';
import { findAccount } from '../find-account.ts';
import { hasVerifier, passwordProof, sealedVerifier } from '../password-proof.ts';
import { noteOnAccount } from '../write-account.ts';
import { checkFirstFactor } from './first-factor.ts';

type Checking = Pick<
  Pool,
  'id' | 'accounts' | 'sessions' | 'settings' | 'passwords' | 'vault' | 'clock' | 'limits'
>;

export interface PasswordAttempt {
  username: string;
  password: string;
  /** The client's, as far as it is known. */
  address?: string;
}

/**
 * The account whose password this is. Whether more must be proven, an unconfirmed account confirmed or a new password
 * chosen, is for `next-challenge.ts`. One check runs one hash, whoever is named.
 * @throws Refusal as `checkFirstFactor`
 */
export async function checkPassword(
  pool: Checking,
  client: Pick<Client, 'settings'>,
  { username, password, address }: PasswordAttempt,
): Promise<Account> {
  const { account, result } = await checkFirstFactor(pool, client, {
    username,
    address,
    find: () => findAccount(pool, username),
    async check(found) {
      if (found?.passwordHash !== undefined) return pool.passwords.verify(password, found.passwordHash);
      await pool.passwords.pretend(password);
      return { matches: false, renew: false };
    },
  });
  return renewed(pool, account, password, result.renew);
}

/**
 * The account with what only its password can make: a hash of the current setting, and the SRP verifier of somebody
 * who was brought here with a hash. Unless the password was changed in the meantime.
 */
async function renewed(
  pool: Checking,
  account: Account,
  password: string,
  renewHash: boolean,
): Promise<Account> {
  const { passwordHash } = account;
  if (passwordHash === undefined || (!renewHash && hasVerifier(pool, account))) return account;
  const proof = renewHash
    ? await passwordProof(pool, account, password)
    : { srpVerifier: await sealedVerifier(pool, { ...account, passwordHash }, password) };
  return noteOnAccount(pool, account.id, (current) =>
    current.passwordHash === passwordHash ? { ...current, ...proof } : current,
  );
}
