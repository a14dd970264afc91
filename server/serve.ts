/**
 * Runs Foyer: stores -> pool file -> app -> listen; stops it cleanly: first `/health/ready` says no while everything
 * is still answered, so that a load balancer looks elsewhere, then requests under way finish, then the stores close.
 */
import cluster from 'node:cluster';
import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { openApi } from './api/dispatch.ts';
import { openApp } from './app.ts';
import { announce } from './dev/announce.ts';
import { openDevelopment } from './dev/open.ts';
import { openLog } from './log.ts';
import { openService } from './service.ts';
import { InvalidSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import { whenAskedToStop } from './stop.ts';

/** How long requests under way may take once nothing new is accepted. */
export const FINISH_WITHIN_MS = 10_000;

/** One process of the service: the only one, or a worker, whose primary has applied the pool file (`workers.ts`). */
export async function serve(settings: ProcessSettings): Promise<void> {
  const { worker } = cluster;
  const log = openLog(settings.logLevel, worker && { worker: worker.id });
  const opened = await openService(settings, log);
  const { service, stores, pools, mail, vault } = opened;
  if (!worker) await opened.applyPoolFile();

  let stopping = false;
  const ready = async () => {
    if (stopping) throw new Error('Foyer is stopping');
    await Promise.all([stores.accounts.ping(), stores.directory.ping(), stores.sessions.ping()]);
  };
  const dev = settings.mode === 'development' ? await openDevelopment({ settings, mail }) : undefined;
  const app = openApp({
    settings,
    pools,
    ready,
    api: openApi(service),
    dev: dev?.handle,
    log,
    cookieKeys: [vault.derive('cookies')],
  }).callback();
  const http = createServer((request, response) => {
    // A balancer keeps connections for its next requests. It learns from the answer that this one ends here; were it
    // closed from our side, a form could be posted into it at the same moment, and nobody would dare to post it again.
    if (stopping) response.setHeader('connection', 'close');
    return app(request, response);
  });
  const server = await listen(http, settings);
  if (!worker) log.info({ url: settings.publicUrl, port: settings.port, mode: settings.mode }, 'listening');
  if (dev) announce(settings);

  whenAskedToStop(async () => {
    stopping = true;
    log.info({ drainSeconds: settings.drainSeconds }, 'stopping');
    await pause(settings.drainSeconds * 1000);
    await Promise.all([close(server), dev?.close()]);
    await opened.close();
  }, log);
}

function listen(server: Server, { host, port }: ProcessSettings): Promise<Server> {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new InvalidSettings([
              `FOYER_PORT: another program listens on port ${port}. Stop it, or choose another port.`,
            ])
          : error,
      ),
    );
    server.listen(port, host, () => resolve(server));
  });
}

/** Takes no new connections, lets requests under way finish, and cuts what is left after ten seconds. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Connections that are kept alive become idle one by one as their requests finish.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve();
    });
  });
}
