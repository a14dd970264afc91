import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Answer } from '#federation/provider.ts';
import type { Pool } from '../../pool.ts';
import { readFields, UnreadableForm } from '../form.ts';
import type { SpecialPages } from '../special-pages.ts';

/** What a provider sent by a browser, each name once. */
export type Brought = Pick<Answer, 'method' | 'parameters'>;

export interface Posts {
  /** The fields of a form that a provider makes the browser post; undefined when one of them comes twice. @throws UnreadableForm */
  read(ctx: Context): Promise<Record<string, string> | undefined>;
  /** Keeps them for the browser that fetches them, once; gives the name under which it does. */
  keep(form: Record<string, string>): Promise<string>;
  /** What a GET brings: its own query, or what was kept. Undefined when that cannot be told for certain. */
  brought(ctx: Context): Promise<Brought | undefined>;
}

const KIND = 'provider-post';
/** The way from the post to our own address. */
const LIFETIME_MS = 60_000;
/** A SAML response has 100,000 characters at most, and a form writes some of them as three. */
export const MOST_BYTES = 400_000;

/** The name of our own parameter: what stands beside it is not looked at. */
export const POSTED = 'posted';

/**
 * A post from another site comes without our cookies, as it should (FED-29). What it brings is kept for a moment, and
 * the browser fetches it from us by GET, with its cookies.
 */
export function openPosts({ sessions, clock }: Pick<Pool, 'sessions' | 'clock'>): Posts {
  return {
    async read(ctx) {
      return once(await readFields(ctx, MOST_BYTES));
    },

    async keep(form) {
      const name = randomBytes(32).toString('base64url');
      await sessions.create(KIND, hashOf(name), { form }, clock.now() + LIFETIME_MS);
      return name;
    },

    async brought(ctx) {
      const name = ctx.query[POSTED];
      if (typeof name === 'string') {
        const kept = await sessions.take<{ form: Record<string, string> }>(KIND, hashOf(name));
        return kept && { method: 'POST', parameters: kept.form };
      }
      const parameters = once([...new URLSearchParams(ctx.querystring)]);
      return parameters && { method: 'GET', parameters };
    },
  };
}

/** Where a name comes twice, two readers could read two answers. */
export function once(pairs: [name: string, value: string][]): Record<string, string> | undefined {
  const parameters = Object.fromEntries(pairs);
  return Object.keys(parameters).length === pairs.length ? parameters : undefined;
}

/**
 * Handles a post; what is no form, or too large a one, becomes a page. It has no link to itself: whoever is here did
 * not type anything, and the address takes nothing but posts.
 */
export async function handlePost(
  { special, pool }: { special: SpecialPages; pool: Pick<Pool, 'log'> },
  ctx: Context,
  handle: () => Promise<void>,
): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (!(error instanceof UnreadableForm)) throw error;
    const { status } = error;
    (ctx.state['log'] ?? pool.log).info({ why: `unreadable-form-${status}` }, 'an answer was stopped');
    special.error(ctx, 'invalid_request');
    ctx.status = status;
  }
}

const hashOf = (value: string) => createHash('sha256').update(value).digest('base64url');
