/** Opens the ports: one without TLS, or one with it and, where the settings ask for it, a plain one beside. */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { InvalidSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import type { Tls } from './tls/open-tls.ts';

export interface Listening {
  /** Takes no new connections, lets requests under way finish, and cuts what is left after so long. */
  close(withinMs: number): Promise<void>;
}

/**
 * How long a client may take, in milliseconds, so that the slow and the silent cannot hold connections for as long as
 * they like (ATK-53): for the head of a request, for all of it, between two requests; and how often that is looked at.
 */
export const CONNECTION_TIMES = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2000,
} as const satisfies ServerOptions;

type ConnectionTimes = Record<keyof typeof CONNECTION_TIMES, number>;

/**
 * A file of many people takes longer than any other request: as long as the address that it is sent to is good for.
 * Who has no such address is answered at once (`api/import-upload.ts`).
 */
const FILE_TIMEOUT_MS = 15 * 60_000;
const FILE_PATH = /^\/[^/?]+\/user-imports\//;

/** Node knows one limit for all requests: that of files. All others are held to theirs here. */
function inTime(handler: RequestListener, ms: number): RequestListener {
  return (request, response) => {
    const { headers, url = '', socket } = request;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (hasBody && !FILE_PATH.test(url)) {
      const late = setTimeout(() => {
        if (!response.headersSent) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
        socket.destroy();
      }, ms);
      request.once('close', () => clearTimeout(late));
    }
    handler(request, response);
  };
}

/** Throws InvalidSettings when a port is taken. */
export async function listen(
  handler: RequestListener,
  settings: Pick<ProcessSettings, 'host' | 'port' | 'plainPort'>,
  tls?: Tls,
  times: ConnectionTimes = CONNECTION_TIMES,
): Promise<Listening> {
  const { host, port, plainPort } = settings;
  const { requestTimeout, ...rest } = times;
  const limits = { ...rest, requestTimeout: Math.max(requestTimeout, FILE_TIMEOUT_MS) };
  const answer = inTime(handler, requestTimeout);
  const server = tls ? tls.createServer(answer, limits) : createServer(limits, answer);
  const servers = [await openPort(server, { name: 'FOYER_PORT', host, port })];
  if (plainPort !== undefined)
    servers.push(
      await openPort(createServer(limits, answer), { name: 'FOYER_PLAIN_PORT', host, port: plainPort }),
    );
  return {
    close: async (withinMs) => void (await Promise.all(servers.map((server) => closePort(server, withinMs)))),
  };
}

/** Throws InvalidSettings, naming the setting, when the port is taken. */
export function openPort<S extends Server | TlsServer>(
  server: S,
  { name, host, port }: { name: string; host: string; port: number },
): Promise<S> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new InvalidSettings([
              `${name}: another program listens on port ${port}. Stop it, or choose another port.`,
            ])
          : error,
      ),
    );
    server.listen(port, host, () => resolve(server));
  });
}

export function closePort(server: Server | TlsServer, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    // Connections that are kept alive become idle one by one as their requests finish.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve();
    });
  });
}
