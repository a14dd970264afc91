/**
 * The one way out to providers. Addresses come from administrators of pools and from what providers publish, so each
 * request is held to https, to public addresses, to a size and to a time; nothing follows a redirect unless asked to.
 * The address is checked where the connection is made: a name cannot point elsewhere between check and use.
 */
import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Clock, ProviderFault } from './provider.ts';
import { type Allowed, isLoopback, isPublic, readAllowed } from './public-address.ts';
import { openMemory, type Remember } from './remember.ts';

export interface OutgoingRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** `manual` (the default) gives the redirect as the answer; `follow` follows three, each checked, GET only. */
  redirect?: 'manual' | 'follow';
  signal?: AbortSignal;
  /** What is called, for messages: `IdP token endpoint`. */
  purpose?: string;
}

export interface Outgoing {
  /** The whole answer, of any status. Throws ProviderFault `unreachable`, or `invalid-answer` when it is too large. */
  fetch(url: string, request?: OutgoingRequest): Promise<Response>;
  /** Why this address is never called, a sentence; undefined when it may be. */
  refusal(url: string): string | undefined;
  remember: Remember;
  close(): void;
}

export interface OutgoingOptions {
  clock: Clock;
  /** What the operator allows beyond https to public addresses, as `readAllowed` reads it. */
  allow?: readonly string[];
  /** For the whole of a request, redirects included. A person waits meanwhile. */
  timeoutMs?: number;
  maxBytes?: number;
  /** How names become addresses; the system's way unless a test says otherwise. */
  resolve?: typeof lookup;
}

const REDIRECTS = 3;

/** Opens the way out. Throws a sentence when `allow` cannot be read. */
export function openOutgoing(options: OutgoingOptions): Outgoing {
  const { clock, timeoutMs = 10_000, maxBytes = 1024 * 1024 } = options;
  const allowed = readAllowed(options.allow ?? []);
  const checked = checkedLookup(allowed, options.resolve ?? lookup);
  // Shorter than servers keep a connection that nobody uses: one that they close just then would fail a sign-in.
  const agent = { keepAlive: true, lookup: checked, timeout: 4000 };
  const agents = { 'http:': new http.Agent(agent), 'https:': new https.Agent(agent) };

  async function call(url: string, request: OutgoingRequest): Promise<Response> {
    const { purpose = new URL(url).host, redirect = 'manual' } = request;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
    let target = url;
    for (let followed = 0; ; followed++) {
      const refused = refusal(target, allowed);
      if (refused) throw unreachable(purpose, refused);
      const answer = await send(target, { ...request, signal, purpose }, { agents, maxBytes }).catch(
        (cause: Error) => {
          // What a provider gave us to say, such as a token with a line break, does not fit into a request.
          throw cause instanceof ProviderFault ? cause : unreachable(purpose, cause.message, cause);
        },
      );
      const location = answer.headers.get('location');
      if (redirect === 'manual' || answer.status < 300 || answer.status > 399 || !location) return answer;
      if (followed === REDIRECTS) throw unreachable(purpose, 'it redirects again and again');
      if (!URL.canParse(location, target)) throw unreachable(purpose, 'it redirects to no address');
      target = new URL(location, target).href;
    }
  }

  return {
    fetch: (url, request = {}) => call(url, request),
    refusal: (url) => refusal(url, allowed),
    remember: openMemory(clock),
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

interface Line {
  agents: { 'http:': http.Agent; 'https:': https.Agent };
  maxBytes: number;
}

/** One request and its whole answer. */
async function send(
  target: string,
  request: OutgoingRequest & { signal: AbortSignal; purpose: string },
  { agents, maxBytes }: Line,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const { signal, purpose } = request;
  const options = {
    method: request.method ?? 'GET',
    // A compressed answer could be a thousand times its size.
    headers: { ...request.headers, 'accept-encoding': 'identity', 'user-agent': 'Foyer' },
    signal,
  };
  const url = new URL(target);
  const sent =
    url.protocol === 'http:'
      ? http.request(url, { ...options, agent: agents['http:'] })
      : https.request(url, { ...options, agent: agents['https:'] });
  const fail = (cause: Error) => {
    if (cause instanceof ProviderFault) reject(cause);
    else reject(signal.aborted ? timeout(purpose, cause) : unreachable(purpose, cause.message, cause));
  };
  // Not every way in which a connection ends is an error to Node; whoever waits is let go at the deadline.
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  sent.on('upgrade', (_answer, socket) => {
    socket.destroy();
    fail(new Error('it wants to speak another protocol'));
  });
  sent.on('error', fail);
  sent.on('response', (incoming) => {
    const parts: Buffer[] = [];
    let size = 0;
    incoming.on('error', fail);
    incoming.on('data', (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size > maxBytes) incoming.destroy(tooLarge(purpose, maxBytes));
    });
    incoming.on('end', () => {
      try {
        resolve(responseOf(incoming, Buffer.concat(parts)));
      } catch (cause) {
        fail(cause as Error);
      }
    });
  });
  sent.end(request.body);
  return promise;
}

/** Names are resolved once, here, and every address that a name has must be one that may be reached. */
function checkedLookup(allowed: Allowed, resolve: typeof lookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return done(error, '', 0);
      const foreign = addresses.find(({ address }) => !mayReach(host, address, allowed));
      if (foreign) return done(new Error(privateAddress(host)), '', 0);
      const [first] = addresses;
      if (options.all) done(null, addresses);
      else done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

const privateAddress = (host: string) =>
  `${host} is at a private address, and the operator does not allow to call it`;

const mayReach = (host: string, address: string, allowed: Allowed) =>
  isPublic(address) || allowed.address(address) || allowed.host(host);

function refusal(text: string, allowed: Allowed): string | undefined {
  if (!URL.canParse(text)) return 'it is not an address';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'it is not an https:// address';
  if (url.username || url.password) return 'it carries credentials';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const literal = isIP(host) ? host : undefined;
  if (url.protocol === 'http:' && !allowed.plainOrigin(url.origin)) {
    const loopback = literal ? isLoopback(literal) : host === 'localhost';
    // What cannot leave the machine needs no TLS, where the operator allows to reach it at all.
    if (!loopback || !mayReach(host, literal ?? '127.0.0.1', allowed)) return 'it is not an https:// address';
  }
  if (literal && !mayReach(host, literal, allowed)) return privateAddress(host);
  return undefined;
}

function responseOf(incoming: http.IncomingMessage, body: Buffer): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const given = incoming.statusCode ?? 502;
  // Some servers invent numbers that no Response can have.
  const status = given < 200 || given > 599 ? 502 : given;
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : new Uint8Array(body), { status, headers });
}

const timeout = (purpose: string, cause: Error) =>
  new ProviderFault('unreachable', `${purpose} did not answer in time`, {
    cause,
    error: 'invalid_request',
    description: `Timeout occurred in calling ${purpose}`,
  });

const unreachable = (purpose: string, why: string, cause?: Error) =>
  new ProviderFault('unreachable', `${purpose} cannot be called: ${why}`, {
    cause,
    error: 'invalid_request',
    description: `Error in calling ${purpose}`,
  });

const tooLarge = (purpose: string, bytes: number) =>
  new ProviderFault('invalid-answer', `${purpose} answered more than ${bytes} bytes`, {
    error: 'invalid_request',
    description: `Invalid answer of ${purpose}`,
  });
