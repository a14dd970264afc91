/**
 * The little that pages of one sign-in tell each other across a redirect: kept on our side under the interaction,
 * so that no address or form can be made up to say it.
 */
import { Missing } from '#adapters/errors.ts';
import type { Delivery } from '../messages/delivery.ts';
import type { Pool } from '../pool.ts';
import type { StepName } from './paths.ts';
import type { en } from './texts/en.ts';

/** A sentence to show on the next page; its text is in the catalogue. */
export type Notice = keyof (typeof en)['notices'];

export interface Remembered {
  /** The sign-in name that was typed on an earlier page. */
  username?: string;
  /** Where the code for a new password was sent. */
  delivery?: Delivery;
  /** What to say, and on which page. */
  notice?: { page: StepName; name: Notice };
}

const KIND = 'flow';

/** As long as an interaction waits for a person. */
export const PAGES_WAIT_MS = 60 * 60 * 1000;

export async function recall(pool: Pick<Pool, 'sessions'>, uid: string): Promise<Remembered> {
  return (await pool.sessions.find<Remembered>(KIND, uid)) ?? {};
}

/** Adds to what is remembered; a notice lasts until the next one. */
export async function remember(
  pool: Pick<Pool, 'sessions' | 'clock'>,
  uid: string,
  more: Remembered,
): Promise<void> {
  try {
    await pool.sessions.update<Remembered>(KIND, uid, (current) => ({
      ...current,
      notice: undefined,
      ...more,
    }));
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    await pool.sessions.put<Remembered>(KIND, uid, more, pool.clock.now() + PAGES_WAIT_MS);
  }
}
