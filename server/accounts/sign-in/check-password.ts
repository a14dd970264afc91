import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { subjectOf } from '../codes/code.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { noteOnAccount } from '../write-account.ts';
import { temporaryPasswordExpired } from './temporary-password.ts';
import { throttled } from './throttle.ts';

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
 * chosen, is for `next-challenge.ts`.
 *
 * One check runs one hash, whoever is named, so that neither the answer nor the work tells who has an account
 * (ATK-47). Attempts are counted for the account, under whatever name it was called (ATK-42); wrong ones for the
 * client's address and the pool too, whoever is named.
 * @throws Refusal `credentials-wrong`, `user-not-found` (only where the client does not hide it), `user-disabled`,
 * `password-reset-required`, `temporary-password-expired`, `attempts-exceeded`,
 * `too-many-requests`, `busy`
 */
export async function checkPassword(
  pool: Checking,
  client: Pick<Client, 'settings'>,
  { username, password, address }: PasswordAttempt,
): Promise<Account> {
  const hides = client.settings.PreventUserExistenceErrors === 'ENABLED';
  const turn = await takeTurn(pool, 'guesses', address);
  const account = await findAccount(pool, username);
  if (account && !account.enabled && !hides) throw new Refusal('user-disabled');
  // Told whatever the password is: who was imported has none to prove (USR-08).
  if (account?.enabled && account.status === 'RESET_REQUIRED') throw new Refusal('password-reset-required');

  const hash = account?.passwordHash;
  const { matches, renew } = await throttled(pool, subjectOf(pool, account, username), async () => {
    if (hash !== undefined) return pool.passwords.verify(password, hash);
    await pool.passwords.pretend(password);
    return { matches: false, renew: false };
  }).catch(async (error: unknown) => {
    // Nothing was checked.
    if (error instanceof Refusal && error.reason === 'busy') await turn.giveBack();
    throw error;
  });
  if (matches) await turn.giveBack();
  if (!account && !hides) throw new Refusal('user-not-found');
  if (!account || !matches) throw new Refusal('credentials-wrong');
  if (!account.enabled) throw new Refusal('user-disabled');
  if (temporaryPasswordExpired(pool.settings, account, pool.clock.now()))
    throw new Refusal('temporary-password-expired');
  return renew ? renewHash(pool, account, password) : account;
}

/** Replaces a hash that is not of the current setting, unless the password was changed in the meantime. */
async function renewHash(pool: Checking, account: Account, password: string): Promise<Account> {
  const passwordHash = await pool.passwords.hash(password);
  return noteOnAccount(pool, account.id, (current) =>
    current.passwordHash === account.passwordHash ? { ...current, passwordHash } : current,
  );
}
