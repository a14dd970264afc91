import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';
import { mustReset } from './first-factor.ts';

/**
 * Whose name was typed, at a step that proves nothing yet. A client that hides who has an account gets no refusal;
 * one that does not is told at once. Who must reset their password is told so by every client (USR-08). Who asks about
 * many names is stopped as who guesses passwords is.
 * @throws Refusal `password-reset-required`, `too-many-requests`; `user-not-found` only where the client does not hide it
 */
export async function findTold(
  pool: Pick<Pool, 'accounts' | 'settings' | 'sessions' | 'clock' | 'limits'>,
  client: Pick<Client, 'settings'>,
  { username, address }: { username: string; address?: string },
): Promise<Account | undefined> {
  const hides = client.settings.PreventUserExistenceErrors === 'ENABLED';
  const turn = hides ? undefined : await takeTurn(pool, 'guesses', address);
  const account = await findAccount(pool, username);
  if (mustReset(account)) {
    if (!turn) await takeTurn(pool, 'guesses', address);
    throw new Refusal('password-reset-required');
  }
  if (!account && !hides) throw new Refusal('user-not-found');
  await turn?.giveBack();
  return account;
}
