import type { Context } from 'koa';
import { isBrowser } from './cookies.ts';
import { carriedBy } from './dialect/carried.ts';
import { PageFault } from './dialect/errors.ts';
import { endSession, findSession } from './hosted-session.ts';
import type { Opening } from './opening.ts';

/**
 * The interaction that the path names by its last part. Whoever is handed the address of somebody else's sign-in does
 * not get to finish it (ATK-20).
 * @throws PageFault `interaction_expired` when there is none, or another browser began it
 */
export async function resumedInteraction({ provider, cookies }: Opening, ctx: Context) {
  const uid = ctx.path.split('/').at(-1) ?? '';
  const interaction = await provider.Interaction.find(uid);
  if (!interaction) throw new PageFault('interaction_expired');
  const carried = carriedBy(interaction.params);
  if (!isBrowser(ctx, cookies, carried.browser)) throw new PageFault('interaction_expired');
  return { uid, interaction, carried };
}

type Resumed = Awaited<ReturnType<typeof resumedInteraction>>['interaction'];

/** Two people, one browser: the library would ask the second to sign the first out, on a page of its own. */
export async function endSessionOfAnother(
  { pool, provider }: Opening,
  ctx: Context,
  { result }: Resumed,
): Promise<void> {
  const session = await findSession(provider, ctx);
  const login = result?.login;
  if (session && login && session.accountId !== login.accountId) await endSession(pool, session);
}
