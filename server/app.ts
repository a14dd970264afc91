/**
 * The Koa pipeline, from top to bottom: request id and log, health, the JSON API, files of imports, keys and discovery
 * of a pool, what only development serves, the pool that the address names, 404. It decides nothing about people or
 * settings.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import { Unavailable } from '#adapters/errors.ts';
import { type Audit, auditRequest, userAgentOf } from './audit.ts';
import { Refusal } from './errors.ts';
import { type Origin, openForwarded } from './forwarded.ts';
import type { Logger } from './log.ts';
import type { PoolFinder } from './pools/find.ts';
import { poolDocuments } from './routes.ts';
import { isLoopback } from './settings/is-loopback.ts';
import type { ProcessSettings } from './settings/process.ts';
import { render } from './views.ts';

export interface AppParts {
  settings: Pick<ProcessSettings, 'publicUrl' | 'trustedProxies' | 'mode' | 'tls'>;
  pools: PoolFinder;
  /** Throws when a store does not answer, or the process is about to stop. */
  ready: () => Promise<void>;
  api: (ctx: Context) => Promise<void>;
  /** Receives files of import jobs; answers whether the request was for that. */
  upload: (ctx: Context) => Promise<boolean>;
  /** What only development serves; answers whether it did. */
  dev?: (ctx: Context) => Promise<boolean>;
  log: Logger;
  audit: Audit;
  /** Told of every request that was answered; for the metrics. */
  answered?: (request: { route: string; status: number; ms: number }) => void;
  /** Runs what answers a request under its trace, and is told how it ended. */
  traced?: (
    request: IncomingMessage,
    requestId: string,
    run: () => Promise<{ route: string; status: number; pool?: string }>,
  ) => Promise<void>;
  cookieKeys: Buffer[];
}

export function openApp(parts: AppParts): Koa {
  const app = new Koa({ proxy: false });
  app.keys = parts.cookieKeys.map((key) => key.toString('base64url'));
  // Koa prints what reaches it; `answerFaults` has logged it with its request id already.
  app.silent = true;
  app.use(describeRequest(parts));
  app.use(answerFaults);
  app.use(limitAddress);
  app.use(health(parts.ready));
  if (parts.settings.tls) app.use(onlyTls(parts));
  app.use(jsonApi(parts.api));
  app.use(unless(parts.upload));
  app.use(poolDocuments(parts.pools, parts.settings.publicUrl));
  if (parts.dev) app.use(unless(parts.dev));
  app.use(hosted(parts));
  return app;
}

/** A year. Other hosts below ours are none of our business, so they are not included. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** Gives each request an id, the client's address and a logger, and writes one line when it is answered. */
function describeRequest({ settings, log, audit, answered, traced }: AppParts): Middleware {
  const read = openForwarded(settings.trustedProxies);
  const isPublic = settings.publicUrl.startsWith('https:') && !isLoopback(new URL(settings.publicUrl));
  return async function describeRequest(ctx: Context, next: Next) {
    const started = performance.now();
    const requestId = randomUUID();
    const origin = read(ctx.req);
    ctx.state = new RequestState(requestId, origin, log);
    auditRequest(ctx, audit, { requestId, address: origin.address, userAgent: userAgentOf(ctx.req) });
    ctx.set('x-request-id', requestId);
    ctx.set('x-content-type-options', 'nosniff');
    // Browsers that came by https once never try without again (RFC 6797; over plain HTTP it means nothing).
    if (isPublic && origin.protocol === 'https') ctx.set('strict-transport-security', STRICT_TRANSPORT);
    // The query is left out: it holds states, codes and names of people.
    const { method, path } = ctx;
    const run = async () => {
      await next();
      return { route: ctx.state.route ?? 'other', status: ctx.status, pool: ctx.state.pool?.id };
    };
    // Probes come every few seconds and have nothing to tell.
    if (traced && !path.startsWith('/health/')) await traced(ctx.req, requestId, run);
    else await run();
    const took = performance.now() - started;
    answered?.({ route: ctx.state.route ?? 'other', status: ctx.status, ms: took });
    const ms = Math.round(took * 10) / 10;
    log.info({ requestId, method, path, status: ctx.status, ms, address: origin.address }, 'answered');
  };
}

/** The request's own logger is made for who asks for it: most requests write one line, which names the id itself. */
class RequestState {
  readonly requestId: string;
  readonly origin: Origin;
  readonly #parent: Logger;
  #log: Logger | undefined;

  constructor(requestId: string, origin: Origin, parent: Logger) {
    this.requestId = requestId;
    this.origin = origin;
    this.#parent = parent;
  }

  get log(): Logger {
    this.#log ??= this.#parent.child({ requestId: this.requestId });
    return this.#log;
  }
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

/** Before anybody keeps the query or repeats it in a redirect. */
async function limitAddress(ctx: Context, next: Next): Promise<void> {
  if (ctx.url.length > LONGEST_ADDRESS) await answerFault(ctx, 414);
  else await next();
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

/** Every call of the JSON API is a request to `/`, whatever the operation. */
function jsonApi(api: AppParts['api']): Middleware {
  return async function jsonApi(ctx: Context, next: Next) {
    if (ctx.path !== '/' || !(ctx.method === 'POST' || ctx.method === 'OPTIONS')) return next();
    ctx.state.route = 'api';
    await api(ctx);
  };
}

/** Asks one that may answer before all that follow. */
function unless(answers: (ctx: Context) => Promise<boolean>): Middleware {
  return async function unless(ctx: Context, next: Next) {
    if (!(await answers(ctx))) await next();
  };
}

/** Where Foyer speaks TLS itself, its plain port answers nothing but its health: not the API, not a pool's keys. */
function onlyTls({ pools, settings }: AppParts): Middleware {
  const { origin: publicOrigin } = new URL(settings.publicUrl);
  return async function onlyTls(ctx: Context, next: Next) {
    const { host, protocol } = ctx.state.origin;
    if (protocol === 'https') return next();
    const found = await pools.byAddress(host, ctx.path);
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
