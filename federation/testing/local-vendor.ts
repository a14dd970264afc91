/**
 * Servers of this folder stand in for identity providers: they behave as the vendors document, listen on this machine,
 * and can be told to misbehave. They are written from the vendors' documentation and share no code with what they
 * test. This file is what they have in common: routes, a record of what was asked, and a person at a browser.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from '../provider.ts';

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  form: URLSearchParams;
  headers: IncomingHttpHeaders;
}

export interface Reply {
  status?: number;
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
  /** Nothing is ever answered; called when somebody waits for it. */
  silent?: () => void;
  /** So many bytes of blanks are answered, as long as anybody listens. */
  bytes?: number;
  /** The connection ends in the middle of the answer. */
  cut?: true;
}

export type Route = (seen: Seen) => Reply | Promise<Reply>;

export interface LocalVendor {
  base: string;
  /** What was asked, oldest first. */
  seen: Seen[];
  /** Replies that take the place of what is at a path. */
  broken: Map<string, Reply>;
  /** Changes what is at a path. */
  route(path: string, route: Route): void;
  /** What a person's browser brings back: `who` signs in there, `nobody` cancels. */
  visit(url: string, who: string): Promise<Pick<Answer, 'method' | 'parameters'>>;
  close(): Promise<void>;
}

/** Starts a server; routes are by path, as the vendor has them. */
export async function openVendor(routes: (base: string) => Record<string, Route>): Promise<LocalVendor> {
  const seen: Seen[] = [];
  const broken = new Map<string, Reply>();
  let table: Record<string, Route> = {};
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const url = new URL(request.url ?? '/', base);
    const { method = 'GET', headers } = request;
    const asked = {
      method,
      path: url.pathname,
      query: url.searchParams,
      form: new URLSearchParams(body),
      headers,
    };
    seen.push(asked);
    const route = table[url.pathname];
    send(response, broken.get(url.pathname) ?? (route ? await route(asked) : { status: 404, json: {} }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  table = routes(base);
  return {
    base,
    seen,
    broken,
    route: (path, route) => {
      table[path] = route;
    },
    // Addresses of the vendor itself are here, too.
    visit: (url, who) => visit(url.replace(/^https:\/\/[^/]+/, base), who),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers as a reply says. */
export function send(response: ServerResponse, reply: Reply): void {
  if (reply.silent) {
    reply.silent();
    return;
  }
  if (reply.cut) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"access_token"', () => response.destroy());
    return;
  }
  const type = reply.json === undefined ? 'text/html' : 'application/json';
  response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
  if (reply.bytes === undefined) {
    response.end(reply.json === undefined ? (reply.body ?? '') : JSON.stringify(reply.json));
    return;
  }
  const part = Buffer.alloc(64 * 1024, ' ');
  let left = reply.bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= part.length;
      if (!response.write(part)) return void response.once('drain', more);
    }
    response.end();
  };
  response.on('error', () => undefined);
  more();
}

async function visit(url: string, who: string): Promise<Pick<Answer, 'method' | 'parameters'>> {
  const response = await fetch(url, { redirect: 'manual', headers: { 'x-person': who } });
  const page = await response.text();
  const location = response.headers.get('location');
  if (location) return { method: 'GET', parameters: Object.fromEntries(new URL(location).searchParams) };
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  if (fields.length === 0)
    throw new Error(`The vendor shows a page (${response.status}): ${page.slice(0, 500)}`);
  const plain = (value: string) => value.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return {
    method: 'POST',
    parameters: Object.fromEntries(fields.map(([, name, value = '']) => [name, plain(value)])),
  };
}
