import type { Pool } from '../../pool.ts';

type Store = Pick<Pool, 'sessions' | 'clock'>;

const ENDED = 'session-ended';
/** Longer than any hosted session lives, so that none outlives its mark. */
const MARK_MS = 2 * 3_600_000;

/** Ends a hosted session for good: whatever is written of it from now on is no session (ATK-21). */
export function endHostedSession(pool: Store, uid: string): Promise<void> {
  return pool.sessions.put(ENDED, uid, {}, pool.clock.now() + MARK_MS);
}

/** Whether a session was signed out, though a record of it may still be there. */
export async function hasEnded(pool: Pick<Pool, 'sessions'>, uid: string): Promise<boolean> {
  return (await pool.sessions.find(ENDED, uid)) !== undefined;
}
