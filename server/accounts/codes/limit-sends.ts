import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { codeId, contactId, type Purpose } from './code.ts';

/** Enough for an impatient person with a slow mailbox, too little to be a nuisance to somebody else's. */
const MAX_SENDS = 5;
/** A family has one telephone. */
const MAX_SENDS_TO = 10;
const SENDS_WINDOW_MS = 15 * 60 * 1000;

/**
 * Counts a message that somebody asks for. The first message of a sign-up is not counted.
 * @throws Refusal `code-attempts-exceeded` for the sixth within 15 minutes
 */
export async function limitSends(
  pool: Pick<Pool, 'sessions'>,
  purpose: Purpose,
  subject: string,
): Promise<void> {
  const sent = await pool.sessions.count('code-sends', codeId(purpose, subject), SENDS_WINDOW_MS);
  if (sent > MAX_SENDS) throw new Refusal('code-attempts-exceeded');
}

/**
 * Counts a message to a contact that nobody has proven yet, whichever account it is for: accounts cost nothing, and
 * each of them could have messages sent to somebody else.
 * @throws Refusal `code-attempts-exceeded` for the eleventh within 15 minutes
 */
export async function limitSendsTo(
  pool: Pick<Pool, 'id' | 'sessions' | 'vault'>,
  value: string,
): Promise<void> {
  const sent = await pool.sessions.count('code-sends', `to/${contactId(pool, value)}`, SENDS_WINDOW_MS);
  if (sent > MAX_SENDS_TO) throw new Refusal('code-attempts-exceeded');
}
