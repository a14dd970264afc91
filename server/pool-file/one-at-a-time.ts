/**
 * One process at a time, among all that share the stores: several that start together apply the same pool file one
 * after the other, and the later ones find that it agrees already.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AlreadyExists } from '#adapters/errors.ts';
import type { SessionStores } from '#adapters/sessions/store.ts';
import type { Clock } from '../clock.ts';

/** A process that died while it held the turn holds it no longer than this. */
const TURN_MS = 30_000;
const ASK_EVERY_MS = 50;
/** The part of the sessions store that belongs to no pool. */
const INSTALLATION = 'installation';

export async function oneAtATime<T>(
  { sessions, clock }: { sessions: SessionStores; clock: Clock },
  turn: string,
  work: () => Promise<T>,
): Promise<T> {
  const store = sessions.forPool(INSTALLATION);
  for (;;) {
    try {
      await store.create('turn', turn, {}, clock.now() + TURN_MS);
      break;
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      await pause(ASK_EVERY_MS);
    }
  }
  try {
    return await work();
  } finally {
    await store.remove('turn', turn);
  }
}
