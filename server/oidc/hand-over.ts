/**
 * Hands a request to the library and brings its answer back. The library gets a context of its own: what it believes
 * about host, scheme and cookie keys comes from the pool's address, whatever the request says and whoever mounted us.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'koa';
import Provider, { type AdapterPayload, type KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '#adapters/accounts/store.ts';
import { Unavailable } from '#adapters/errors.ts';
import { addressOf, userAgentOf } from '../audit.ts';
import type { Logger } from '../log.ts';
import type { Client } from '../pool.ts';
import type { From } from '../tokens/sessions/track.ts';
import type { Address } from './cookies.ts';
import type { AnswerForm } from './interaction.ts';

/** What the library could not do: an OAuth error, or `server_error` for anything that it did not expect. */
export interface LibraryFault {
  error: string;
  error_description?: string;
}

export interface HandOver {
  /** Below the pool's address; with the query, when the library is to see it as it was sent. */
  path: string;
  /** For a form that was read already, and goes on as a query. */
  method?: 'GET';
  /** The query that the library is to see, in place of the request's. */
  query?: Record<string, string>;
  /** The client, when the request has led to it being read already. */
  client?: Client;
  /** Hash of the browser's cookie, for an interaction that the library may begin. */
  browser?: string;
  /** Answers a fault that the library leaves to us, on the context that it is given. */
  onFault(ctx: Context, fault: LibraryFault): void;
  /** Shows the page that posts an answer to the application; needed where `form_post` may be asked for. */
  onForm?(ctx: Context, form: AnswerForm): void;
}

/** Whom the request was about, as far as the library came. */
export interface Handled {
  client?: string;
  account?: string;
  /** The grant type of a token request, when it is one that we know. */
  grant?: string;
  /** An application got what it asked for at the authorize endpoint. */
  answered: boolean;
}

const GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
];

interface Handed extends Pick<HandOver, 'onFault' | 'onForm' | 'client' | 'browser'> {
  from: From;
  /** The request as it came to us. */
  outer: Context;
  /** What the library told as `server_error`. */
  cause?: Error;
  /** The session that was read for it. */
  session?: AdapterPayload;
  /** The person who was found to be signed in. */
  person?: Account;
  /** See `Handled`. */
  answered?: true;
}

/** On the library's context itself: a map beside it would cost the garbage collector more than all else here. */
const HANDED = Symbol('handed over');

const handedOf = (ctx: object) => (ctx as { [HANDED]?: Handed })[HANDED];

/** Throws Unavailable when a store is away: to the library that is a fault like any other, to everyone else it passes. */
export async function handOver(
  provider: Provider,
  address: Address,
  ctx: Context,
  { path, method, query, onFault, onForm, client: known, browser }: HandOver,
): Promise<Handled> {
  if (!Object.hasOwn(provider.request, 'href')) settle(provider, address);
  const inner: Context & { [HANDED]?: Handed } = provider.createContext(ctx.req, ctx.res);
  inner['mountPath'] = address.mountPath;
  // Given as it is: written into an address it would only be taken apart again.
  if (query) Object.defineProperty(inner.request, 'query', { value: query });
  const from = { address: addressOf(ctx), userAgent: userAgentOf(ctx.req) };
  const handed: Handed = { onFault, onForm, client: known, browser, outer: ctx, from };
  inner[HANDED] = handed;

  const sent = { url: ctx.req.url, method: ctx.req.method };
  ctx.req.url = path;
  if (method) ctx.req.method = method;
  try {
    for (const middleware of provider.middleware) await middleware(inner, async () => undefined);
  } finally {
    Object.assign(ctx.req, sent);
  }
  if (handed.cause instanceof Unavailable) throw handed.cause;
  const redirects = inner.status === 302 || inner.status === 303;
  if (redirects) ctx.remove('Content-Type');
  ctx.status = inner.status === 303 ? 302 : inner.status;
  ctx.body = redirects ? '' : inner.body;
  const { oidc } = inner as Partial<KoaContextWithOIDC>;
  const { client, account, params } = oidc ?? {};
  return {
    client: client?.clientId,
    account: account?.accountId,
    grant: GRANTS.find((grant) => grant === params?.['grant_type']),
    answered: handed.answered === true,
  };
}

/** What each request of the library inherits: its contexts and cookies ask for these, and get what the address says. */
function settle(provider: Provider, { base }: Address): void {
  Object.defineProperties(provider.request, {
    href: {
      get(this: { url: string }) {
        return base + this.url;
      },
    },
    secure: { value: base.startsWith('https:') },
  });
}

/** The library's `renderError`. */
export function answerLibraryFault(ctx: KoaContextWithOIDC, fault: LibraryFault): void {
  handedOf(ctx)?.onFault(ctx, fault);
}

/** The library's `form_post`. */
export function answerInForm(ctx: KoaContextWithOIDC, form: AnswerForm): void {
  const onForm = handedOf(ctx)?.onForm;
  if (!onForm) throw new Error('a form is answered where no page can be shown');
  onForm(ctx, form);
}

/** Remembers that an application is about to get what it asked for. */
export function noteAnswer(ctx: object): void {
  const handed = handedOf(ctx);
  if (handed) handed.answered = true;
}

/** Whether an application got what it asked for by the request that the library works on. */
export function isAnswered(ctx: object): boolean {
  return handedOf(ctx)?.answered === true;
}

/** Remembers what the library is about to tell as `server_error`. */
export function noteFault(ctx: object, cause: Error): void {
  const handed = handedOf(ctx);
  if (handed) handed.cause = cause;
}

/** The client that was handed over with the request that the library works on. */
export function handedClient(id: string): Client | undefined {
  const client = Provider.ctx && handedOf(Provider.ctx)?.client;
  return client?.id === id ? client : undefined;
}

/** Remembers the session that was read for the request that the library works on. */
export function noteSession(session: AdapterPayload): void {
  const handed = Provider.ctx && handedOf(Provider.ctx);
  if (handed) handed.session = session;
}

/** Whether this is the session that was read for the request that the library works on. */
export function isSessionRead(session: AdapterPayload): boolean {
  return Provider.ctx !== undefined && isDeepStrictEqual(handedOf(Provider.ctx)?.session, session);
}

/** Remembers the person who is signed in at the request that the library works on, as they were just read. */
export function notePerson(account: Account): void {
  const handed = Provider.ctx && handedOf(Provider.ctx);
  if (handed) handed.person = account;
}

/** The person who was found to be signed in at the request that the library works on. */
export function notedPerson(id: string): Account | undefined {
  const person = Provider.ctx && handedOf(Provider.ctx)?.person;
  return person?.id === id ? person : undefined;
}

/** The browser that the request that the library works on comes from. Empty where none was named. */
export function browserBehind(ctx: object): string {
  return handedOf(ctx)?.browser ?? '';
}

/** Where the request that the library works on comes from. */
export function fromOf(ctx: object): From {
  return handedOf(ctx)?.from ?? {};
}

/** The logger of the request that the library works on. */
export function logOf(ctx: object): Logger | undefined {
  return handedOf(ctx)?.outer.state['log'];
}
