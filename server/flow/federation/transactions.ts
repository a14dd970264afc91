/**
 * Sign-ins that are on their way through a provider outside. A transaction is begun in one browser and ends there: its
 * state is unguessable, good for five minutes and for one answer, and worth nothing without the cookie that the browser
 * was given with it (FED-25..27, ATK-22). Its neighbours: `leave.ts` begins one, `return.ts` ends it. Nothing here knows
 * what a protocol says, or who the person is.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Pool } from '../../pool.ts';
import type { FlowAddress } from '../links.ts';

export interface Transaction {
  /** Which of our addresses the answer comes to. */
  endpoint: Endpoint;
  /** The provider's name. */
  provider: string;
  /** When it was made: one that is made anew under the name of another is not the one that was asked. */
  madeAt: number;
  /** The interaction that waits for the person. */
  uid: string;
  /** What the provider wants to see again: nonce, code verifier, request ID. */
  kept: Record<string, string>;
  /** Hash of the browser's cookie. */
  browser: string;
}

/** Where providers send browsers back to, below the pool's address. */
export const ENDPOINTS = { oauth2: '/oauth2/idpresponse', saml2: '/saml2/idpresponse' } as const;
export type Endpoint = keyof typeof ENDPOINTS;

export interface Transactions {
  /** An unguessable state; nothing is stored yet. */
  newState(): string;
  /** Keeps the transaction, and gives the browser its cookie with the answer. */
  begin(ctx: Context, state: string, transaction: Omit<Transaction, 'browser'>): Promise<void>;
  /** Whether such a transaction waits, whoever asks, and has not been posted to again and again. */
  takesPost(state: string, endpoint: Endpoint): Promise<boolean>;
  /**
   * The transaction, once, for the browser that began it; why not, for everybody else, and then it goes on waiting.
   * Takes the browser's cookie back.
   */
  end(
    ctx: Context,
    state: string,
    endpoint: Endpoint,
  ): Promise<Transaction | 'unknown-state' | 'another-browser'>;
}

const KIND = 'provider-transaction';
const LIFETIME_MS = 5 * 60_000;
/** What is posted is kept for a moment, and may be large: nobody fills the store with it. */
const MOST_POSTS = 10;

export function openTransactions(
  pool: Pick<Pool, 'id' | 'sessions' | 'clock'>,
  { base, mountPath }: FlowAddress,
): Transactions {
  const secure = base.startsWith('https:');
  const onlyHere = !secure ? '' : mountPath === '' ? '__Host-' : '__Secure-';
  const mine = `${onlyHere}foyer-${pool.id.replace(/^.*_/, '').replace(/\W/g, '')}-provider`;
  const options = { path: mountPath || '/', httpOnly: true, sameSite: 'lax', signed: false } as const;
  // One for each, so that two windows of a browser can be on their way at once.
  const cookieOf = (id: string) => `${mine}-${id.slice(0, 12).replace(/\W/g, '-')}`;
  const put = (ctx: Context, id: string, value: string | null) => {
    ctx.cookies.secure = secure;
    ctx.cookies.set(cookieOf(id), value, { ...options, secure, ...(value && { maxAge: LIFETIME_MS }) });
  };

  return {
    newState: () => randomBytes(32).toString('base64url'),

    async begin(ctx, state, transaction) {
      const id = hashOf(state);
      const value = randomBytes(32).toString('base64url');
      const stored: Transaction = { ...transaction, browser: hashOf(value) };
      await pool.sessions.create(KIND, id, stored, pool.clock.now() + LIFETIME_MS);
      put(ctx, id, value);
    },

    async takesPost(state, endpoint) {
      const id = hashOf(state);
      const found = await pool.sessions.find<Transaction>(KIND, id);
      if (found?.endpoint !== endpoint) return false;
      return (await pool.sessions.count('provider-posts', id, LIFETIME_MS)) <= MOST_POSTS;
    },

    async end(ctx, state, endpoint) {
      const id = hashOf(state);
      const found = await pool.sessions.find<Transaction>(KIND, id);
      if (found?.endpoint !== endpoint) return 'unknown-state';
      const held = ctx.cookies.get(cookieOf(id), { signed: false });
      if (!held || hashOf(held) !== found.browser) return 'another-browser';
      put(ctx, id, null);
      return (await pool.sessions.take<Transaction>(KIND, id)) ?? 'unknown-state';
    },
  };
}

/** What is stored tells nobody a state or a cookie; and hashes of random values may be compared in any time. */
const hashOf = (value: string) => createHash('sha256').update(value).digest('base64url');
