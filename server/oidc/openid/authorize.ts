/**
 * `/oauth2/authorize` of the `openid` profile, by GET and POST, and the way back from the sign-in page. The library
 * checks and answers; what is told on a page goes to the error page of the pool.
 */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { record } from '../../audit.ts';
import type { Pool } from '../../pool.ts';
import { LIBRARY_PATHS } from '../configuration.ts';
import { type Address, browserOf, type Cookies, dropInteractionCookie, isBrowser } from '../cookies.ts';
import { carriedBy } from '../dialect/carried.ts';
import { errorPage, PageFault } from '../dialect/errors.ts';
import { type Handled, handOver, type LibraryFault } from '../hand-over.ts';
import { endSession, findSession } from '../hosted-session.ts';
import type { HostedPages } from '../interaction.ts';
import { allowsMethod } from '../methods.ts';
import { postedQuery } from './posted-request.ts';

/** Characters; what Node reads of a request's head holds it, with all cookies. */
const LONGEST_QUERY = 6_000;

/** @param pages what people are shown, asked for when it is needed */
export function openAuthorize(
  pool: Pool,
  provider: Provider,
  address: Address,
  cookies: Cookies,
  pages: () => HostedPages,
) {
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
    ctx.status = 303;
    ctx.set('Location', `${address.base}${LIBRARY_PATHS.authorization}?${query}`);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = '';
  }

  /** Ends the way through the pages: the library finds the interaction again by the cookie that it set. */
  async function goOn(ctx: Context): Promise<void> {
    const uid = ctx.path.split('/').at(-1) ?? '';
    const interaction = await provider.Interaction.find(uid);
    // The sign-in for a device ends at its own address (`device/`): it has nobody to answer here.
    if (!interaction || interaction.deviceCode) throw new PageFault('interaction_expired');
    const { browser } = carriedBy(interaction.params);
    if (!isBrowser(ctx, cookies, browser)) throw new PageFault('interaction_expired');
    const session = await findSession(provider, ctx);
    const login = interaction.result?.login;
    // Two people, one browser: the library would ask the second to sign the first out, on a page of its own.
    if (session && login && session.accountId !== login.accountId) await endSession(pool, session);
    await toLibrary(ctx, `${LIBRARY_PATHS.authorization}/${encodeURIComponent(uid)}`, browser);
  }

  async function toLibrary(ctx: Context, path: string, browser: string): Promise<Handled> {
    const handed = await handOver(provider, address, ctx, {
      path,
      method: 'GET',
      browser,
      onFault: toErrorPage,
      onForm: (inner, form) => pages().sendForm(inner, form),
    });
    dropInteractionCookie(ctx, cookies);
    return handed;
  }

  function toErrorPage(ctx: Context, { error }: LibraryFault): void {
    ctx.status = 302;
    ctx.set('Location', errorPage(address, new PageFault(error)));
    ctx.set('Cache-Control', 'no-store');
    ctx.body = '';
  }

  const handler = (methods: string[], work: (ctx: Context) => Promise<void>) => async (ctx: Context) => {
    if (!allowsMethod(ctx, methods)) return;
    try {
      await work(ctx);
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      toErrorPage(ctx, error);
    }
  };

  return {
    authorize: handler(['GET', 'POST'], (ctx) =>
      ctx.method === 'POST' ? beginPosted(ctx) : begin(ctx, ctx.querystring),
    ),
    resume: handler(['GET'], goOn),
    // Opened directly, the page is shown even to somebody who is signed in.
    login: handler(['GET'], (ctx) => begin(ctx, withPage(ctx.querystring))),
  };
}

function withPage(text: string): string {
  const query = new URLSearchParams(text);
  if (!query.has('prompt')) query.set('prompt', 'select_account');
  return query.toString();
}
