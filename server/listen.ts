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

/** Throws InvalidSettings when a port is taken. */
export async function listen(
  handler: RequestListener,
  settings: Pick<ProcessSettings, 'host' | 'port' | 'plainPort'>,
  tls?: Tls,
  times: ConnectionTimes = CONNECTION_TIMES,
): Promise<Listening> {
  const { host, port, plainPort } = settings;
  const server = tls ? tls.createServer(handler, times) : createServer(times, handler);
  const servers = [await openPort(server, { name: 'FOYER_PORT', host, port })];
  if (plainPort !== undefined)
    servers.push(
      await openPort(createServer(times, handler), { name: 'FOYER_PLAIN_PORT', host, port: plainPort }),
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
