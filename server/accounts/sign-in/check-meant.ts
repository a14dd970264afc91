import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { findAccount } from '../find-account.ts';
import { takeTurn } from '../limits/take-turn.ts';

/** Whom a session is about. */
export interface Meant {
  /** As it was typed at the beginning. */
  typed: string;
  /** What the application was told to call them, where it was told. */
  user?: string;
  accountId?: string;
}

/**
 * Every answer names its person again: by the name that they typed, the one that the application was told, or any other
 * of theirs. Somebody else's name does not go with this session (SEC-49), and who asks about name after name, to learn
 * which are one person's, is stopped as who guesses passwords is.
 * @throws Refusal `session-invalid`, `too-many-requests`
 */
export async function checkMeant(
  pool: Pick<Pool, 'accounts' | 'settings' | 'sessions' | 'clock' | 'limits'>,
  { typed, user, accountId }: Meant,
  { username, address }: { username: string; address?: string },
): Promise<void> {
  if (username === typed || username === user) return;
  const turn = await takeTurn(pool, 'guesses', address);
  const named = await findAccount(pool, username);
  if (!named || named.id !== accountId) throw new Refusal('session-invalid');
  await turn.giveBack();
}
