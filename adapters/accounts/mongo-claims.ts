/**
 * Which account holds a name, when several documents cannot be written in one step.
 *
 * A claim is a document whose `_id` is the pool, the kind and the value, so one insert wins, on a sharded cluster
 * too. It carries a random token. An account holds the name when its own document carries the same token: the
 * write of the account's document is the moment at which names change hands. The order of writes is:
 *   1. claim the new names;  2. write the account with their tokens;  3. delete the claims that it no longer has.
 * A process may die in between. After 1 the claims belong to nobody, after 2 the dropped ones do; `holder` sees
 * that, and whoever wants the name takes the claim over, replacing the token, once it is too old to be in use.
 * Writers give up long before that age, so that clocks may differ by some seconds.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { Clock } from '../clock.ts';
import { isDuplicate, type Mongo } from '../databases/mongo.ts';
import { AlreadyExists } from '../errors.ts';
import type { Pair } from './pairs.ts';

export interface ClaimDocument {
  _id: string;
  account: string;
  token: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The claims made for one write. */
export interface Claimed {
  /** Kind to token. */
  tokens: Record<string, string>;
  /** False when so much time has passed that others may take the claims over. */
  fresh(): boolean;
  /** Gives the claims back when the write did not happen. */
  release(): Promise<void>;
}

/** A claim of this age that no account holds was left behind by a process that died. */
const ABANDONED_MS = 15_000;
const FRESH_MS = 5_000;
/** How long to wait for another process to finish with a name before saying that it is taken. */
const PATIENCE_MS = 3000;

export type Claims = ReturnType<typeof claimsOf>;

/** The claims of one pool. `holds` reads whether the account's document carries the claim's token now. */
export function claimsOf(
  pool: string,
  { collection, run }: Mongo,
  clock: Clock,
  holds: (account: string, kind: string, token: string) => Promise<boolean>,
) {
  const claims: Collection<ClaimDocument> = collection('account_names');
  const key = ([kind, value]: Pair) => `${encodeURIComponent(pool)}|${kind}|${value}`;

  /** `own` when the account got the name in another write meanwhile, of which the caller does not know yet. */
  const claim = async (name: Pair, account: string, token: string): Promise<'claimed' | 'own'> => {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
      if (await insert({ _id: key(name), account, token, at: clock.now() })) return 'claimed';
      const found = await run(() => claims.findOne({ _id: key(name) }));
      if (!found) continue;
      if (await holds(found.account, name[0], found.token)) {
        if (found.account === account) return 'own';
        throw new AlreadyExists(name.join(':'));
      }
      if (found.at <= clock.now() - ABANDONED_MS) {
        const mine = { account, token, at: clock.now() };
        const { matchedCount } = await run(() =>
          claims.updateOne({ _id: key(name), token: found.token }, { $set: mine }),
        );
        if (matchedCount === 1) return 'claimed';
      }
      if (performance.now() > giveUp) throw new AlreadyExists(name.join(':'));
      await pause(2 + Math.random() * 20);
    }
  };

  const insert = (document: ClaimDocument): Promise<boolean> =>
    run(async () => {
      try {
        await claims.insertOne(document);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });

  /** By their tokens: a claim that another has taken over is not touched. A failure leaves it to grow old. */
  const drop = async (names: Pair[], tokens: Record<string, string>): Promise<void> => {
    for (const name of names) {
      const token = tokens[name[0]];
      if (token) await run(() => claims.deleteOne({ _id: key(name), token })).catch(() => {});
    }
  };

  return {
    /**
     * Claims names for an account, all or none. Throws AlreadyExists when another account holds one; returns the
     * name when this account got it in another write, of which the caller did not know yet.
     */
    claim: async (names: Pair[], account: string): Promise<Claimed | { own: Pair }> => {
      const began = performance.now();
      const tokens = Object.fromEntries(names.map(([kind]) => [kind, randomUUID()]));
      const release = () => drop(names, tokens);
      try {
        for (const name of names) {
          if ((await claim(name, account, tokens[name[0]] ?? '')) === 'own') {
            await release();
            return { own: name };
          }
        }
      } catch (error) {
        await release();
        throw error;
      }
      return { tokens, release, fresh: () => performance.now() - began < FRESH_MS };
    },

    /** The account that a claim points to, and its token. The caller compares it with the account's own. */
    find: (name: Pair) => run(() => claims.findOne({ _id: key(name) })),

    drop,
  };
}
