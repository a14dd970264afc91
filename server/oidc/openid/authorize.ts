/**
 * `/oauth2/authorize` of the `openid` profile, by GET and POST, and the way back from the sign-in page. The library
 * checks and answers; what is told on a page goes to the error page of the pool.
 */
import type { Context } from 'koa';
import { record } from '../../audit.ts';
import { LIBRARY_PATHS } from '../configuration.ts';
import { browserOf, dropInteractionCookie } from '../cookies.ts';
import { PageFault } from '../dialect/errors.ts';
import { type Handled, handOver } from '../hand-over.ts';
import type { HostedPages } from '../interaction.ts';
import type { Opening } from '../opening.ts';
import { pageHandler, redirect, toErrorPage } from '../redirect.ts';
import { endSessionOfAnother, resumedInteraction } from '../resumed-interaction.ts';
import { postedQuery } from './posted-request.ts';

/** Characters; what Node reads of a request's head holds it, with all cookies. */
const LONGEST_QUERY = 6_000;

/** @param pages what people are shown, asked for when it is needed */
export function openAuthorize(opening: Opening, pages: () => HostedPages) {
  const { pool, provider, address, cookies } = opening;

  async function begin(ctx: Context, query: string): Promise<void> {
    const path = LIBRARY_PATHS.authorization + (query && `?${query}`);
    const { answered, client, account } = await toLibrary(ctx, path, browserOf(ctx, cookies));
    // Whoever sees a page is on record by what they do there.
    if (answered)
      record(ctx, { event: 'single-sign-on', outcome: 'success', pool: pool.id, client, account });
  }

  /** What is too long for an address goes on at once, though then nobody is known to be signed in. */
  async function beginPosted(ctx: Context): Promise<void> {
    const query = await postedQuery(ctx);
    if (query.length > LONGEST_QUERY) return begin(ctx, query);
    redirect(ctx, `${address.base}${LIBRARY_PATHS.authorization}?${query}`, 303);
  }

  /** Ends the way through the pages: the library finds the interaction again by the cookie that it set. */
  async function goOn(ctx: Context): Promise<void> {
    const { uid, interaction, carried } = await resumedInteraction(opening, ctx);
    // The sign-in for a device ends at its own address (`device/`): it has nobody to answer here.
    if (interaction.deviceCode) throw new PageFault('interaction_expired');
    await endSessionOfAnother(opening, ctx, interaction);
    await toLibrary(ctx, `${LIBRARY_PATHS.authorization}/${encodeURIComponent(uid)}`, carried.browser);
  }

  async function toLibrary(ctx: Context, path: string, browser: string): Promise<Handled> {
    const handed = await handOver(provider, address, ctx, {
      path,
      method: 'GET',
      browser,
      onFault: (inner, { error }) => toErrorPage(inner, address, new PageFault(error)),
      onForm: (inner, form) => pages().sendForm(inner, form),
    });
    dropInteractionCookie(ctx, cookies);
    return handed;
  }

  return {
    authorize: pageHandler(address, ['GET', 'POST'], (ctx) =>
      ctx.method === 'POST' ? beginPosted(ctx) : begin(ctx, ctx.querystring),
    ),
    resume: pageHandler(address, ['GET'], goOn),
    // Opened directly, the page is shown even to somebody who is signed in.
    login: pageHandler(address, ['GET'], (ctx) => begin(ctx, withPage(ctx.querystring))),
  };
}

function withPage(text: string): string {
  const query = new URLSearchParams(text);
  if (!query.has('prompt')) query.set('prompt', 'select_account');
  return query.toString();
}
