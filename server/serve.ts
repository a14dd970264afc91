/**
 * Runs Foyer: stores -> pool file -> app -> listen; stops it cleanly: first `/health/ready` says no while everything
 * is still answered, so that a load balancer looks elsewhere, then requests under way finish, then the stores close.
 */
import cluster from 'node:cluster';
import type { RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { openApi } from './api/dispatch.ts';
import { openImportUpload } from './api/import-upload.ts';
import { openApp } from './app.ts';
import { announce } from './dev/announce.ts';
import { openDevelopment } from './dev/open.ts';
import { openWorker } from './imports/open-worker.ts';
import { listen } from './listen.ts';
import { openLog } from './log.ts';
import { serveMetrics } from './serve-metrics.ts';
import { openService } from './service.ts';
import type { ProcessSettings } from './settings/process.ts';
import { whenAskedToStop } from './stop.ts';
import { openTls } from './tls/open-tls.ts';

/** How long requests under way may take once nothing new is accepted. */
export const FINISH_WITHIN_MS = 10_000;

/** One process of the service: the only one, or a worker, whose primary has applied the pool file (`workers.ts`). */
export async function serve(settings: ProcessSettings): Promise<void> {
  const { worker } = cluster;
  const log = openLog(settings.logLevel, worker && { worker: worker.id });
  const { metricsPort } = settings;
  // Loaded only where it is wanted: it costs 50 ms of the start, and memory.
  const metrics = metricsPort ? (await import('./metrics.ts')).openMetrics() : undefined;
  const tracing = settings.traces ? (await import('./tracing/open-tracing.ts')).openTracing(log) : undefined;
  const opened = await openService(settings, log, { metrics, tracing });
  const { service, stores, pools, mail, sms, vault } = opened;
  const tls = await openTls({ ...service, settings, log });
  if (tls) pools.onChange(tls.changed);
  if (!worker) await opened.prepare();

  let stopping = false;
  const ready = async () => {
    if (stopping) throw new Error('Foyer is stopping');
    await Promise.all([stores.accounts.ping(), stores.directory.ping(), stores.sessions.ping()]);
  };
  const dev = settings.mode === 'development' ? await openDevelopment({ settings, mail, sms }) : undefined;
  const app = openApp({
    settings,
    pools,
    ready,
    api: openApi(service),
    upload: openImportUpload(service),
    dev: dev?.handle,
    log,
    audit: opened.audit,
    answered: metrics?.answered,
    traced: tracing?.request,
    cookieKeys: [vault.derive('cookies')],
  });
  const answer: RequestListener = (request, response) => {
    // A balancer keeps connections for its next requests. It learns from the answer that this one ends here; were it
    // closed from our side, a form could be posted into it at the same moment, and nobody would dare to post it again.
    if (stopping) response.setHeader('connection', 'close');
    return app(request, response);
  };
  // Workers hand their numbers to the primary, which has the port.
  const counted =
    metrics && metricsPort && !worker
      ? await serveMetrics(metrics.read, { ...settings, metricsPort }, log)
      : undefined;
  const listening = await listen(answer, settings, tls);
  const imports = openWorker({ ...service, settings });
  if (!worker) log.info({ url: settings.publicUrl, port: settings.port, mode: settings.mode }, 'listening');
  if (dev) announce(settings, tls?.authority);

  whenAskedToStop(async () => {
    stopping = true;
    log.info({ drainSeconds: settings.drainSeconds }, 'stopping');
    await pause(settings.drainSeconds * 1000);
    await Promise.all([listening.close(FINISH_WITHIN_MS), dev?.close(), imports.close()]);
    await counted?.close(0);
    tls?.close();
    await opened.close();
    await tracing?.close();
  }, log);
}
