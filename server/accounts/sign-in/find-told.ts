import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';

/**
 * Whose name was typed, at a step that proves nothing yet. A client that hides who has an account gets no refusal;
 * one that does not is told at once, and who asks about many names is stopped as who guesses passwords is.
 * @throws Refusal `user-not-found` and `too-many-requests`, only where the client does not hide it
 */
export async function findTold(
  pool: Pick<Pool, 'accounts' | 'settings' | 'sessions' | 'clock' | 'limits'>,
  client: Pick<Client, 'settings'>,
  { username, address }: { username: string; address?: string },
): Promise<Account | undefined> {
  if (client.settings.PreventUserExistenceErrors === 'ENABLED') return findAccount(pool, username);
  const turn = await takeTurn(pool, 'guesses', address);
  const account = await findAccount(pool, username);
  if (!account) throw new Refusal('user-not-found');
  await turn.giveBack();
  return account;
}
