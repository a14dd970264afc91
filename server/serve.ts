/**
 * Runs Foyer: adapters -> pool file -> app -> listen; stops it cleanly on SIGTERM and SIGINT: requests under way
 * finish, then the stores close.
 */
import { createServer, type Server } from 'node:http';
import { openMail, openStores } from '#adapters/open.ts';
import { openPasswordHasher } from './accounts/password.ts';
import { openApi } from './api/dispatch.ts';
import type { Service } from './api/operation.ts';
import { openApp } from './app.ts';
import { systemClock } from './clock.ts';
import { finishDeletions } from './configuration/delete-pool.ts';
import { announce } from './dev/announce.ts';
import { openDevelopment } from './dev/open.ts';
import { type Logger, openLog } from './log.ts';
import { applyPoolFile } from './pool-file/apply-pool-file.ts';
import { openPools } from './pools/find.ts';
import { openKeys } from './pools/keys.ts';
import type { Shared } from './pools/open.ts';
import { openRehearsal } from './rehearsal.ts';
import { InvalidSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import { openVault } from './vault.ts';

/** How long requests under way may take once a stop was asked for. */
const STOP_WITHIN_MS = 10_000;

export async function serve(settings: ProcessSettings): Promise<void> {
  const log = openLog(settings.logLevel);
  const clock = systemClock;
  const stores = await openStores({ ...settings, clock });
  const { mail } = openMail({ ...settings, clock });
  const vault = openVault(settings.masterSecret);
  const shared: Shared = {
    ...stores,
    mail,
    passwords: openPasswordHasher({ kind: settings.passwordHash, pepper: vault.derive('password') }),
    vault,
    clock,
    log,
    openKeys,
    settings,
  };
  const pools = openPools(shared);
  const service: Service = { ...shared, settings, pools, accessKeys: settings.accessKeys };
  // Before the pool file: it may make anew a pool whose deletion a crash cut short.
  await finishDeletions(stores);
  if (settings.poolFile) {
    const inMemory = () => openStores({ dataFolder: ':memory:', clock });
    await applyPoolFile(settings.poolFile, service, () => openRehearsal(shared, service, inMemory));
  }

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
  });
  const server = await listen(createServer(app.callback()), settings);
  log.info({ url: settings.publicUrl, port: settings.port, mode: settings.mode }, 'listening');
  if (dev) announce(settings);

  stopOnSignal(async () => {
    stopping = true;
    log.info('stopping');
    await Promise.all([close(server), dev?.close()]);
    pools.close();
    await mail.close();
    await stores.close();
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
    const cut = setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve();
    });
  });
}

function stopOnSignal(stop: () => Promise<void>, log: Logger): void {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A second Ctrl-C means now.
      if (asked) process.exit(1);
      asked = true;
      stop().then(
        () => process.exit(0),
        (error) => {
          log.error({ err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
    });
}
