/**
 * `/logout` of the `openid` profile (RP-Initiated Logout 1.0). Whoever is named by an ID token of theirs is signed out at
 * once; everybody else is asked first, so that no other site can sign people out. The session ends everywhere: here,
 * at the applications that it led to, and at the provider through which the person came.
 */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { record } from '../../audit.ts';
import type { Logger } from '../../log.ts';
import type { Pool } from '../../pool.ts';
import type { Address, Cookies } from '../cookies.ts';
import { PageFault } from '../dialect/errors.ts';
import { findSession, signOut } from '../hosted-session.ts';
import type { HostedPages } from '../interaction.ts';
import { allowsMethod } from '../methods.ts';
import { type EndSessionRequest, readEndSession, returnAddress } from './end-session-request.ts';
import { postedQuery } from './posted-request.ts';
import { type Authorization, clientsOf, endBeyond, framesFor } from './tell-clients.ts';

export interface EndSession {
  pool: Pool;
  provider: Provider;
  address: Address;
  cookies: Cookies;
  pages: () => HostedPages;
}

type Session = Awaited<ReturnType<typeof findSession>>;

export function openEndSession({ pool, provider, address, cookies, pages }: EndSession) {
  async function work(ctx: Context): Promise<void> {
    const form = ctx.method === 'POST' ? await postedQuery(ctx) : undefined;
    const { signOut: shown } = pages();
    const answered = form === undefined ? undefined : shown.answer(ctx, form);
    // A form of another site comes without our cookies; sent on by GET, the browser brings them.
    if (form !== undefined && !answered) return redirect(ctx, `${address.base}/logout?${form}`);
    const query = answered?.query ?? ctx.querystring;
    const request = await readEndSession(pool, query);
    if (answered?.answer === 'stay') return shown.stayed(ctx);
    const session = await findSession(provider, ctx);
    const meant = session === undefined || request.sub === session.accountId;
    if (!meant && !answered)
      return shown.ask(ctx, { application: request.client?.settings.ClientName, query });
    await leave(ctx, request, session);
  }

  async function leave(ctx: Context, request: EndSessionRequest, session: Session): Promise<void> {
    const authorizations = (session?.authorizations ?? {}) as Record<string, Authorization>;
    const log: Logger = ctx.state['log'] ?? pool.log;
    const { account, through } = await signOut(pool, provider, ctx, cookies);
    const client = request.client?.id;
    record(ctx, { event: 'sign-out', outcome: 'success', pool: pool.id, client, account });
    const told = await clientsOf(pool, log, authorizations);
    if (session && account)
      await endBeyond(pool, log, { account, session: session.uid, authorizations, told });
    const here = `${address.base}/signedout`;
    const end = returnAddress(request, here);
    const to = (through && (await pages().leaveThrough(ctx, through, end))) ?? end;
    const frames = framesFor(pool, told);
    // Browsers follow the answer to a form no further than its page allows, and the application may lead on.
    const isFollowed = ctx.method !== 'POST' || to === here;
    if (frames.length > 0 || !isFollowed) pages().signOut.leaveElsewhere(ctx, { frames, to });
    else redirect(ctx, to);
  }

  return async function logout(ctx: Context): Promise<void> {
    if (!allowsMethod(ctx, ['GET', 'POST'])) return;
    ctx.set('Cache-Control', 'no-store');
    try {
      await work(ctx);
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      await pages().showError(ctx, error);
    }
  };
}

function redirect(ctx: Context, to: string): void {
  ctx.status = ctx.method === 'POST' ? 303 : 302;
  ctx.set('Location', to);
  ctx.body = '';
}
