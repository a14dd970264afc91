import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { findAccount } from '../find-account.ts';

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
 * of theirs. Somebody else's name does not go with this session (SEC-49).
 * @throws Refusal `session-invalid`
 */
export async function checkMeant(
  pool: Pick<Pool, 'accounts' | 'settings'>,
  { typed, user, accountId }: Meant,
  username: string,
): Promise<void> {
  if (username === typed || username === user) return;
  const named = await findAccount(pool, username);
  if (!named || named.id !== accountId) throw new Refusal('session-invalid');
}
