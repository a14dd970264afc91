/**
 * Who answers a request, once `request.ts` has said what it is. A call of the JSON API goes straight to `api/dispatch.ts`;
 * everything else through Koa, from top to bottom: faults, health, files of imports, keys and discovery of a pool, what
 * only development serves, the pool that the address names, 404. It decides nothing about people or settings.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import { Unavailable } from '#adapters/errors.ts';
import { Refusal } from './errors.ts';
import type { Logger } from './log.ts';
import type { PoolFinder } from './pools/find.ts';
import { openRequests, type RequestParts, type RequestState } from './request.ts';
import { poolDocuments } from './routes.ts';
import type { ProcessSettings } from './settings/process.ts';
import { render } from './views.ts';

export interface AppParts extends RequestParts {
  settings: Pick<ProcessSettings, 'publicUrl' | 'trustedProxies' | 'mode' | 'tls'>;
  pools: PoolFinder;
  /** Throws when a store does not answer, or the process is about to stop. */
  ready: () => Promise<void>;
  /** Answers a call of the JSON API, and never rejects. */
  api: (request: IncomingMessage, response: ServerResponse, state: RequestState) => Promise<void>;
  /** Receives files of import jobs; answers whether the request was for that. */
  upload: (ctx: Context) => Promise<boolean>;
  /** What only development serves; answers whether it did. */
  dev?: (ctx: Context) => Promise<boolean>;
  cookieKeys: Buffer[];
}

export function openApp(parts: AppParts): RequestListener {
  const receive = openRequests(parts);
  const states = new WeakMap<IncomingMessage, RequestState>();
  const koa = openKoa(parts, states).callback();
  return (request, response) =>
    void receive(request, response, (state) => {
      if (isCall(parts, request, state)) {
        state.route = 'api';
        return parts.api(request, response, state);
      }
      states.set(request, state);
      return koa(request, response);
    });
}

/** Every call of the JSON API is a request to `/`, whatever the operation. What may not be answered is left to Koa. */
function isCall({ settings }: AppParts, { method, url = '' }: IncomingMessage, state: RequestState): boolean {
  if (state.path !== '/' || (method !== 'POST' && method !== 'OPTIONS')) return false;
  return url.length <= LONGEST_ADDRESS && isAllowed(settings, state);
}

/** Where Foyer speaks TLS itself, its plain port answers nothing but its health: not the API, not a pool's keys. */
function isAllowed({ tls }: AppParts['settings'], { origin }: RequestState): boolean {
  return !tls || origin.protocol === 'https';
}

function openKoa(parts: AppParts, states: WeakMap<IncomingMessage, RequestState>): Koa {
  const koa = new Koa({ proxy: false });
  koa.keys = parts.cookieKeys.map((key) => key.toString('base64url'));
  // Koa prints what reaches it; `answerFaults` has logged it with its request id already.
  koa.silent = true;
  koa.use(takeOver(states));
  koa.use(answerFaults);
  koa.use(limitAddress);
  koa.use(health(parts.ready));
  koa.use(onlyTls(parts));
  koa.use(unless(parts.upload));
  koa.use(poolDocuments(parts.pools, parts.settings.publicUrl));
  if (parts.dev) koa.use(unless(parts.dev));
  koa.use(hosted(parts));
  return koa;
}

/** Koa makes a context of its own; this gives it what is known of the request. */
function takeOver(states: WeakMap<IncomingMessage, RequestState>): Middleware {
  return function takeOver(ctx: Context, next: Next) {
    const state = states.get(ctx.req) as RequestState;
    ctx.state = state;
    ctx.set(state.headers);
    return next();
  };
}

/** The last resort: a page or JSON with the request id; the cause is only in the log. */
async function answerFaults(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
    if (ctx.status === 404 && ctx.body === undefined && !ctx.headerSent && ctx.respond !== false)
      await answerFault(ctx, 404);
  } catch (error) {
    const status = statusOf(error);
    const log = ctx.state.log as Logger;
    if (status >= 500) log.error({ err: error }, 'a request failed');
    else log.info({ err: error }, 'a request was refused');
    await answerFault(ctx, status);
  }
}

/** Characters of an address with its query. What is longer is no request of an application, and proxies cut it. */
const LONGEST_ADDRESS = 8192;

/** Before anybody keeps the query, repeats it in a redirect, or reads an address that cannot be read. */
async function limitAddress(ctx: Context, next: Next): Promise<void> {
  if (ctx.url.length > LONGEST_ADDRESS) await answerFault(ctx, 414);
  else if (!isReadable(ctx)) await answerFault(ctx, 400);
  else await next();
}

/** Koa throws when it is asked for the path of an address with a host that can be none. */
function isReadable(ctx: Context): boolean {
  try {
    return ctx.path !== undefined;
  } catch {
    return false;
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Unavailable) return 503;
  if (error instanceof Refusal) return error.reason === 'busy' ? 503 : 400;
  const { status, expose } = error as { status?: number; expose?: boolean };
  return expose && status ? status : 500;
}

async function answerFault(ctx: Context, status: number): Promise<void> {
  const error =
    { 404: 'not_found', 503: 'temporarily_unavailable', 500: 'server_error' }[status] ?? 'invalid_request';
  const requestId = ctx.state.requestId as string;
  ctx.status = status;
  ctx.set('cache-control', 'no-store');
  if (status === 503) ctx.set('retry-after', '1');
  if (ctx.accepts('json', 'html') === 'html') {
    ctx.set(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    ctx.type = 'html';
    ctx.body = render('pages/fault', { status, requestId });
  } else ctx.body = { error, request_id: requestId };
}

/** `/health/live`: the process runs. `/health/ready`: it can serve, its stores answer. */
function health(ready: () => Promise<void>): Middleware {
  return async function health(ctx: Context, next: Next) {
    if (ctx.path !== '/health/live' && ctx.path !== '/health/ready') return next();
    ctx.state.route = ctx.path;
    ctx.set('cache-control', 'no-store');
    if (ctx.path === '/health/live') {
      ctx.body = { status: 'live' };
      return;
    }
    try {
      await ready();
      ctx.body = { status: 'ready' };
    } catch (error) {
      ctx.state.log.warn({ err: error }, 'not ready');
      ctx.status = 503;
      ctx.body = { status: 'not ready', reason: error instanceof Error ? error.message : 'unknown' };
    }
  };
}

/** Asks one that may answer before all that follow. */
function unless(answers: (ctx: Context) => Promise<boolean>): Middleware {
  return async function unless(ctx: Context, next: Next) {
    if (!(await answers(ctx))) await next();
  };
}

function onlyTls({ pools, settings }: AppParts): Middleware {
  const { origin: publicOrigin } = new URL(settings.publicUrl);
  return async function onlyTls(ctx: Context, next: Next) {
    const state = ctx.state as RequestState;
    if (isAllowed(settings, state)) return next();
    const found = await pools.byAddress(state.origin.host, ctx.path);
    demandTls(ctx, found?.address.origin ?? publicOrigin);
  };
}

/** Hands the request to the pool whose address it names. */
function hosted({ pools }: AppParts): Middleware {
  return async function hosted(ctx: Context, next: Next) {
    const { host, protocol } = ctx.state.origin;
    const found = await pools.byAddress(host, ctx.path);
    if (!found) return next();
    const { address } = found;
    if (address.origin.startsWith('https:') && protocol !== 'https') return demandTls(ctx, address.origin);
    // From here on everyone, the OAuth library included, sees the configured address: a forged Host header
    // reaches no link, redirect or cookie.
    const [scheme, named] = address.origin.split('://');
    ctx.req.headers.host = named;
    ctx.req.headers['x-forwarded-proto'] = scheme;
    ctx.state.pool = found.pool;
    if (!(await address.routes().handle(ctx))) await next();
  };
}

/** HUI-07: nothing secret travels in the clear; a browser is sent on, anything else is refused. */
function demandTls(ctx: Context, origin: string): void {
  if (ctx.method === 'GET') {
    ctx.status = 308;
    ctx.redirect(`${origin}${ctx.url}`);
    return;
  }
  ctx.status = 400;
  ctx.body = { error: 'invalid_request', error_description: 'Use https.' };
}
