/**
 * Many people at once and without end, each with a life as in `life.ts`, while something dies underneath them. Whatever
 * an answer acknowledged is written down; `audit.ts` then asks whether it still holds. Whoever is interrupted begins
 * anew as somebody else.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { MailServer } from '../mail-server.ts';
import { PASSWORD } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { Interrupted, type Ledger, liveOnce, newLedger, ROTATING_CLIENT } from './life.ts';

export interface Crowd {
  ledgers: Ledger[];
  /** How many times something was acknowledged: what a fault should fall into. */
  acknowledged(): number;
  /** Answers that were neither the one that is always given nor a clear "not now": must stay empty. */
  unclear: string[];
  /** Resolves when nobody waits for an answer any more. */
  stop(): Promise<void>;
}

/** Somebody whose account is there from the start. */
export const WITNESS = {
  username: 'witness@example.com',
  password: PASSWORD,
  attributes: { email: 'witness@example.com' },
};

/** How much is acknowledged before the fault of a round: everybody is in another part of the story each time. */
export const momentOf = (round: number) => [75, 25, 120][round % 3] ?? 0;

export function crowdPool() {
  const pool = storyPool({ users: [WITNESS] });
  const [entry] = pool.pools;
  const settings = entry?.clients.find(({ id }) => id === STORY.publicClient)?.settings;
  entry?.clients.push({
    id: ROTATING_CLIENT,
    settings: {
      ...settings,
      ClientName: 'Rotating',
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    },
  } as never);
  return pool;
}

export function startCrowd(
  hosted: string,
  mail: Pick<MailServer, 'codeFor'>,
  { people = 6, name = 'p' }: { people?: number; name?: string } = {},
): Crowd {
  const ledgers: Ledger[] = [];
  const unclear: string[] = [];
  let acknowledged = 0;
  let stopped = false;

  async function live(person: number): Promise<void> {
    for (let n = 0; !stopped; n++) {
      const ledger = newLedger(`${name}-${person}-${n}@example.com`);
      ledgers.push(ledger);
      const told = () => {
        acknowledged++;
      };
      try {
        await liveOnce({ hosted, mail, ledger, told, isOver: () => stopped });
      } catch (error) {
        if (!(error instanceof Interrupted)) unclear.push(`${ledger.email}: ${error}`);
        await pause(50);
      }
    }
  }

  const lives = Array.from({ length: people }, (_, person) => live(person));
  return {
    ledgers,
    acknowledged: () => acknowledged,
    unclear,
    stop: async () => {
      stopped = true;
      await Promise.all(lives);
    },
  };
}
