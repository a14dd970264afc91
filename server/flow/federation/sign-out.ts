/**
 * Signing out at the provider too, where it takes part (SAML, with `IDPSignout`). The session here has ended before the
 * browser leaves; where it goes in the end was checked by whoever asks, and is kept on our side meanwhile.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { ProviderFault } from '#federation/provider.ts';
import { findProvider } from '../../configuration/identity-providers/find-provider.ts';
import type { Through } from '../../oidc/interaction.ts';
import type { Pool } from '../../pool.ts';
import { readFields } from '../form.ts';
import type { FlowAddress } from '../links.ts';
import { notAllowed } from '../not-allowed.ts';
import { setPageHeaders } from '../page-headers.ts';
import type { SpecialPages } from '../special-pages.ts';
import { handlePost, MOST_BYTES, once } from './brought.ts';
import { opened } from './leave.ts';

/** Where providers answer, below the pool's address. */
export const LOGOUT_ENDPOINT = '/saml2/logout';

interface Leaving {
  provider: string;
  kept: Record<string, string>;
  /** Where the browser goes in the end. */
  to: string;
}

const KIND = 'provider-sign-out';
const LIFETIME_MS = 5 * 60_000;

interface SigningOut {
  pool: Pool;
  special: SpecialPages;
  /** Where providers answer. */
  callbackUrl: string;
}

export function openSignOut(pool: Pool, address: FlowAddress, special: SpecialPages) {
  const at: SigningOut = { pool, special, callbackUrl: address.base + LOGOUT_ENDPOINT };
  return {
    /** Where the browser goes first; undefined when the provider is not asked. */
    leaveThrough: (ctx: Context, through: Through, to: string) => leaveThrough(at, ctx, through, to),

    /** Handles what the provider posts afterwards. */
    async answered(ctx: Context): Promise<void> {
      if (ctx.method === 'POST') return handlePost(at, ctx, () => posted(at, ctx));
      notAllowed(ctx, 'POST');
    },
  };
}

async function leaveThrough(
  { pool, callbackUrl }: SigningOut,
  ctx: Context,
  { provider: name, session }: Through,
  to: string,
): Promise<string | undefined> {
  const state = randomBytes(32).toString('base64url');
  const begun = await quietly(pool, ctx, name, async () => {
    const provider = await findProvider(pool, name);
    return provider && opened(pool, provider).signOut?.({ session, callbackUrl, state });
  });
  if (!begun) return undefined;
  const leaving: Leaving = { provider: name, kept: begun.kept, to };
  await pool.sessions.create(KIND, hashOf(state), leaving, pool.clock.now() + LIFETIME_MS);
  return begun.redirect;
}

/** What the provider posts, once it has signed somebody out; the person goes on whatever it says. */
async function posted({ pool, special, callbackUrl }: SigningOut, ctx: Context): Promise<void> {
  const form = once(await readFields(ctx, MOST_BYTES)) ?? {};
  const state = form['RelayState'];
  // A request of the provider's own to sign somebody out is not served.
  const asked = form['SAMLRequest'] === undefined && state;
  const leaving = asked ? await pool.sessions.take<Leaving>(KIND, hashOf(asked)) : undefined;
  if (!asked || !leaving) {
    const log = ctx.state['log'] ?? pool.log;
    const why = form['SAMLRequest'] === undefined ? 'unknown-state' : 'a-request-of-the-provider';
    log.info({ why, endpoint: 'logout' }, 'an answer to no sign-out was stopped');
    return special.error(ctx, 'provider_answer');
  }
  const { kept, to } = leaving;
  const answer = { method: 'POST', parameters: form, callbackUrl, kept, state: asked } as const;
  await quietly(pool, ctx, leaving.provider, async () => {
    const provider = await findProvider(pool, leaving.provider);
    if (provider) await opened(pool, provider).finishSignOut?.(answer);
  });
  setPageHeaders(ctx);
  special.leadOn(ctx, to);
}

/** What goes wrong leaves the person signed out here, which is what they asked for. */
async function quietly<T>(
  pool: Pool,
  ctx: Context,
  provider: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const log = ctx.state['log'] ?? pool.log;
    const text = 'a sign-out at a provider failed';
    if (error instanceof ProviderFault)
      log.warn({ reason: error.reason, why: error.message, provider }, text);
    else log.error({ err: error, provider }, text);
    return undefined;
  }
}

const hashOf = (value: string) => createHash('sha256').update(value).digest('base64url');
