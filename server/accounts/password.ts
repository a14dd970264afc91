import { createHmac, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import argon2 from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { Refusal } from '../errors.ts';
import type { PasswordHasher } from '../pool.ts';
import { matchesBroughtHash } from './brought-hashes.ts';

export interface HasherSettings {
  /** How new passwords are hashed. */
  kind: 'argon2id' | 'bcrypt';
  /** 32 secret bytes. The key of what bcrypt is given; Argon2id needs none. */
  pepper: Buffer;
  /** How many processes share the cores of this machine. */
  processes?: number;
  /** How many may wait for a free thread. */
  maxWaiting?: number;
}

/**
 * 7 MiB, 5 passes, one lane: one of the equally strong settings of the OWASP cheat sheet, the one that serves most
 * sign-ins a second. `algorithm` 2 is Argon2id; the library's own enumeration exists in its types only.
 */
const ARGON2ID = { algorithm: 2, memoryCost: 7168, timeCost: 5, parallelism: 1 } as const;
const ARGON2ID_TAG = '$argon2id$v=19$m=7168,t=5,p=1$';
const BCRYPT_COST = 10;
const BCRYPT_TAG = '$bcrypt-sha384';
const BCRYPT_CURRENT = `${BCRYPT_TAG}$2b$${BCRYPT_COST}$`;

/** Two seconds of work of one core or so: who waits longer is better told to come again. */
const MAX_WAITING = 200;

/**
 * Hashes passwords on libuv's thread pool, one more at once than there are cores, so that no core idles while the event
 * loop is too busy to hand out the next; but never on all of its four threads: name look-ups and files need them too.
 * Past `maxWaiting` it refuses at once (`busy`), so that a flood of sign-ins costs a bounded queue. Every known kind of
 * hash is verified, so that accounts can be brought from elsewhere.
 */
export function openPasswordHasher({
  kind,
  pepper,
  processes = 1,
  maxWaiting = MAX_WAITING,
}: HasherSettings): PasswordHasher & { load(): Load } {
  const cores = Math.max(1, Math.floor(availableParallelism() / processes));
  const { inTurn, load } = openTurnstile(Math.min(3, cores + 1), maxWaiting);

  /** bcrypt reads 72 bytes at most, and stops at a zero byte: it is given a digest of the whole password. */
  const digest = (password: string) => createHmac('sha384', pepper).update(password, 'utf8').digest('base64');

  const hash = async (password: string) =>
    kind === 'argon2id'
      ? argon2.hash(password, { ...ARGON2ID, salt: randomBytes(16) })
      : `${BCRYPT_TAG}${await bcrypt.hash(digest(password), BCRYPT_COST)}`;

  const matches = async (password: string, stored: string) => {
    if (stored.startsWith('$argon2')) return argon2.verify(stored, password);
    if (stored.startsWith(BCRYPT_TAG))
      return bcrypt.compare(digest(password), stored.slice(BCRYPT_TAG.length));
    // Imported hashes; `$2y$` and `$2a$` are how other programs name what is `$2b$` for passwords of any sane length.
    if (/^\$2[aby]\$/.test(stored)) return bcrypt.compare(password, `$2b$${stored.slice(4)}`);
    const brought = await matchesBroughtHash(password, stored);
    if (brought === undefined) throw new Error('A password hash of an unknown kind is stored');
    return brought;
  };
  const current = kind === 'argon2id' ? ARGON2ID_TAG : BCRYPT_CURRENT;

  return {
    hash: (password) => inTurn(() => hash(password)),
    verify: (password, stored) =>
      inTurn(async () => ({
        matches: await matches(password, stored),
        renew: !stored.startsWith(current),
      })),
    // Hashing costs what verifying costs: both run the function once over the same memory.
    pretend: (password) => inTurn(async () => void (await hash(password))),
    load,
  };
}

/** How many hashes are made at this moment, and how many wait for a free thread. */
export interface Load {
  running: number;
  waiting: number;
}

interface Turnstile {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  load(): Load;
}

function openTurnstile(atOnce: number, maxWaiting: number): Turnstile {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn: Turnstile['inTurn'] = async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) throw new Refusal('busy');
      // Whoever finishes hands on their place, so a newcomer cannot slip in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  return { inTurn, load: () => ({ running, waiting: waiting.length }) };
}
