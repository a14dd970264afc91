/**
 * What people do with their own account while they are signed in, apart from its attributes (`attributes`). The caller
 * has verified an access token. Its neighbours: `administration` does the same to the accounts of others, `recovery` is
 * for those who cannot sign in. Nothing here takes a name: an account acts on itself and on no other.
 */
import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { onlyWrongCounts } from '../limits/only-wrong-counts.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { nextPassword } from '../password-history.ts';
import { checkPasswordPolicy } from '../password-policy.ts';
import { temporaryPasswordExpired } from '../sign-in/temporary-password.ts';
import { throttled } from '../sign-in/throttle.ts';
import { changeAccount } from '../write-account.ts';

export interface PasswordChange {
  /** Undefined only for an account that has no password. */
  previous: string | undefined;
  proposed: string;
  /** The client's, as far as it is known. */
  address?: string;
}

/**
 * Somebody who is signed in chooses another password, and proves the one that they have: a token that was stolen must
 * not be enough to take the account away (ATK-46). Wrong ones are counted with those of signing in, so that this is no
 * second way to guess (ATK-42). Tokens stay good, as with the service.
 * @throws Refusal `password-policy`, `password-reused`, `credentials-wrong`, `temporary-password-expired`,
 * `attempts-exceeded`, `too-many-requests`, `busy`
 */
export async function changePassword(
  pool: Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'passwords' | 'vault' | 'clock' | 'limits'>,
  account: Account,
  { previous, proposed, address }: PasswordChange,
): Promise<Account> {
  checkPasswordPolicy(pool.settings.Policies.PasswordPolicy, proposed);
  const { passwordHash: hash } = account;
  if (hash !== undefined) await prove(pool, account.id, { password: previous ?? '', hash, address });
  // The password of somebody who comes from elsewhere is kept there.
  else if (account.status === 'EXTERNAL_PROVIDER') throw new Refusal('cannot-reset-password');
  const proof = await nextPassword(pool, account, proposed);
  return changeAccount(pool, account.id, (current) => {
    // Of two changes at the same moment the second has proven a password that is the account's no more.
    if (current.passwordHash !== hash) throw new Refusal('credentials-wrong');
    if (temporaryPasswordExpired(pool.settings, current, pool.clock.now()))
      throw new Refusal('temporary-password-expired');
    // A temporary one, given to somebody who was signed in: from now on they have one of their own, which never expires.
    const { temporaryPasswordAt: _, ...rest } = current;
    const status = current.status === 'FORCE_CHANGE_PASSWORD' ? 'CONFIRMED' : current.status;
    return { ...rest, ...proof, status };
  });
}

async function prove(
  pool: Parameters<typeof changePassword>[0],
  id: string,
  { password, hash, address }: { password: string; hash: string; address?: string },
): Promise<void> {
  const turn = await takeTurn(pool, 'guesses', address);
  const check = () => throttled(pool, id, () => pool.passwords.verify(password, hash));
  const { matches } = await onlyWrongCounts(turn, check);
  if (!matches) throw new Refusal('credentials-wrong');
}
