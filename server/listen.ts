/** Opens the ports: one without TLS, or one with it and, where the settings ask for it, a plain one beside. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { InvalidSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import type { Tls } from './tls/open-tls.ts';

export interface Listening {
  /** Takes no new connections, lets requests under way finish, and cuts what is left after so long. */
  close(withinMs: number): Promise<void>;
}

/** Throws InvalidSettings when a port is taken. */
export async function listen(
  handler: RequestListener,
  settings: Pick<ProcessSettings, 'host' | 'port' | 'plainPort'>,
  tls?: Tls,
): Promise<Listening> {
  const { host, port, plainPort } = settings;
  const servers = [
    await open(tls ? tls.createServer(handler) : createServer(handler), { name: 'FOYER_PORT', host, port }),
  ];
  if (plainPort !== undefined)
    servers.push(await open(createServer(handler), { name: 'FOYER_PLAIN_PORT', host, port: plainPort }));
  return {
    close: async (withinMs) => void (await Promise.all(servers.map((server) => close(server, withinMs)))),
  };
}

function open<S extends Server | TlsServer>(
  server: S,
  { name, host, port }: { name: string; host: string; port: number },
): Promise<S> {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
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

function close(server: Server | TlsServer, withinMs: number): Promise<void> {
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
