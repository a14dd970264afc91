/** The hosted session of a browser at one address of a pool: found by its cookie, and ended for good. */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Pool } from '../pool.ts';
import { endHostedSession } from '../tokens/sessions/hosted.ts';
import type { Cookies } from './cookies.ts';
import type { Through } from './interaction.ts';

type Session = Awaited<ReturnType<typeof Provider.prototype.Session.get>>;

/** The session of a person who is still who signed in; undefined when there is none. */
export async function findSession(provider: Provider, ctx: Context): Promise<Session | undefined> {
  const session = await provider.Session.get(ctx);
  return session.accountId ? session : undefined;
}

/**
 * Ends the session. Another request of the same browser may hold it at this moment and write it once more under the
 * same uid: the mark makes that write worthless.
 */
export async function endSession(pool: Pick<Pool, 'sessions' | 'clock'>, session: Session): Promise<void> {
  await endHostedSession(pool, session.uid);
  await session.destroy();
}

/** Whose session ended, and the provider that they came through; quiet when there is none. Tokens stay valid (HUI-186). */
export async function signOut(
  pool: Pick<Pool, 'sessions' | 'clock'>,
  provider: Provider,
  ctx: Context,
  { names, options }: Cookies,
): Promise<{ account?: string; through?: Through }> {
  const session = await findSession(provider, ctx);
  const account = session?.accountId;
  const through = session?.state?.['through'] as Through | undefined;
  if (session) await endSession(pool, session);
  ctx.cookies.secure = options.secure;
  for (const name of [names.session, `${names.session}.sig`])
    ctx.cookies.set(name, null, { ...options, signed: false });
  return { account, through };
}
