/**
 * What every request gets, whoever answers it: an id, the client's address, a logger, a way to record events, the
 * headers of every answer, its trace, and one line in the log when it is answered. `app.ts` decides who answers; Koa
 * comes after this, since a call of the JSON API does without it.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Audit, type AuditOrigin, auditRequest, userAgentOf } from './audit.ts';
import { type Origin, openForwarded } from './forwarded.ts';
import { type Logger, writeLine } from './log.ts';
import { isLoopback } from './settings/is-loopback.ts';
import type { ProcessSettings } from './settings/process.ts';

export interface RequestParts {
  settings: Pick<ProcessSettings, 'publicUrl' | 'trustedProxies'>;
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
}

/** What is known of a request. For pages it is Koa's `ctx.state`, where others add what they know of it. */
export class RequestState {
  [more: string]: unknown;
  readonly requestId: string;
  readonly origin: Origin;
  /** Where the request came from, as events have it. */
  readonly from: AuditOrigin & { address: string };
  /** The path of the address, without its query, which holds states, codes and names of people. */
  readonly path: string;
  /** What every answer says, whatever else it does. */
  readonly headers: Readonly<Record<string, string>>;
  /** The path of the page or endpoint below the pool's address, or `api/<operation>`. */
  route = 'other';
  /** The pool whose address was asked. */
  pool: { readonly id: string } | undefined;
  readonly #parent: Logger;
  #log: Logger | undefined;

  constructor(request: IncomingMessage, origin: Origin, headers: Record<string, string>, parent: Logger) {
    const requestId = randomUUID();
    this.requestId = requestId;
    this.origin = origin;
    this.from = { requestId, address: origin.address, userAgent: userAgentOf(request) };
    this.path = pathOf(request.url ?? '/');
    this.headers = { 'x-request-id': requestId, ...headers };
    this.#parent = parent;
  }

  /** The request's own logger is made for who asks for it: most requests write one line, which names the id itself. */
  get log(): Logger {
    this.#log ??= this.#parent.child({ requestId: this.requestId });
    return this.#log;
  }
}

/** The host that comes before the path where a client takes us for its proxy (RFC 9112 section 3.2.2). */
const HOST = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

function pathOf(url: string): string {
  const address = url.startsWith('/') ? url : url.replace(HOST, '');
  const end = address.search(/[?#]/);
  return (end < 0 ? address : address.slice(0, end)) || '/';
}

/** A year. Other hosts below ours are none of our business, so they are not included. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** Answers a request by the given function, around which everybody's part is done. It never rejects. */
export type Receive = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: (state: RequestState) => Promise<void>,
) => Promise<void>;

export function openRequests({ settings, log, audit, answered, traced }: RequestParts): Receive {
  const read = openForwarded(settings.trustedProxies);
  const isPublic = settings.publicUrl.startsWith('https:') && !isLoopback(new URL(settings.publicUrl));
  const plain = { 'x-content-type-options': 'nosniff' };
  // Browsers that came by https once never try without again (RFC 6797; over plain HTTP it means nothing).
  const secure = isPublic ? { ...plain, 'strict-transport-security': STRICT_TRANSPORT } : plain;

  return async function receive(request, response, answer) {
    const started = performance.now();
    const origin = read(request);
    const state = new RequestState(request, origin, origin.protocol === 'https' ? secure : plain, log);
    const { requestId, path } = state;
    auditRequest({ state }, audit, state.from);
    try {
      // Probes come every few seconds and have nothing to tell.
      if (traced && !path.startsWith('/health/'))
        await traced(request, requestId, async () => {
          await answer(state);
          return { route: state.route, status: response.statusCode, pool: state.pool?.id };
        });
      else await answer(state);
    } catch (error) {
      // Whoever answers has told every fault already; what was forgotten must not end the process.
      state.log.error({ err: error }, 'a request failed');
      response.destroy();
    }
    const took = performance.now() - started;
    const status = response.statusCode;
    answered?.({ route: state.route, status, ms: took });
    const ms = Math.round(took * 10) / 10;
    writeLine(
      log,
      { requestId, method: request.method, path, status, ms, address: origin.address },
      'answered',
    );
  };
}
