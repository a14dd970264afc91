/**
 * Several processes on one machine: the primary applies the pool file once, starts the workers, hands each new
 * connection to the next of them, and starts another when one dies. It answers no request itself. All that workers
 * share is in the stores, as with processes on different machines.
 */
import cluster, { type Worker } from 'node:cluster';
import { type Logger, openLog } from './log.ts';
import { FINISH_WITHIN_MS } from './serve.ts';
import { serveMetrics } from './serve-metrics.ts';
import { openService } from './service.ts';
import type { ProcessSettings } from './settings/process.ts';
import { STOP, whenAskedToStop } from './stop.ts';

/** A worker that dies is replaced soon; when its successors die too, later and later. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Who has lived so long did not die of the settings. */
const SETTLED_MS = 60_000;
/** On top of what a worker may take to stop. */
const PATIENCE_MS = 5_000;

/** Resolves when every worker listens. A worker that cannot start the first time ends the whole: its error is told. */
export async function runWorkers(settings: ProcessSettings): Promise<void> {
  const log = openLog(settings.logLevel);
  const opened = await openService(settings, log);
  await opened.prepare().finally(() => opened.close());
  if (settings.metricsPort) {
    const { openSummedMetrics } = await import('./metrics.ts');
    await serveMetrics(openSummedMetrics(), { ...settings, metricsPort: settings.metricsPort }, log);
  }

  const staff = employ(log);
  whenAskedToStop(() => staff.dismiss(settings.drainSeconds * 1000 + FINISH_WITHIN_MS + PATIENCE_MS), log);
  const listening = Array.from({ length: settings.workers }, () => staff.hire());
  await Promise.all(listening);
  const { publicUrl: url, port, mode, workers } = settings;
  log.info({ url, port, mode, workers }, 'listening');
}

function employ(log: Logger) {
  let stopping = false;
  let everListened = false;
  let deathsInARow = 0;
  const waiting = new Set<NodeJS.Timeout>();
  const listening = new WeakSet<Worker>();

  function hire(): Promise<void> {
    const worker = cluster.fork();
    const startedAt = performance.now();
    return new Promise((resolve) => {
      worker.once('listening', () => {
        everListened = true;
        listening.add(worker);
        log.info({ worker: worker.id, pid: worker.process.pid }, 'a worker listens');
        resolve();
      });
      worker.once('exit', (code, signal) => {
        if (stopping) return;
        // Nobody has ever listened: settings or stores are at fault, and whoever started Foyer must see that it ended.
        if (!everListened) return process.exit(code || 1);
        log.error({ worker: worker.id, exitCode: code, signal }, 'a worker died');
        if (performance.now() - startedAt > SETTLED_MS) deathsInARow = 0;
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** deathsInARow++, LONGEST_PAUSE_MS);
        const timer = setTimeout(() => {
          waiting.delete(timer);
          hire();
        }, pause);
        waiting.add(timer);
      });
    });
  }

  /** Tells every worker to stop and waits until all are gone; after `ms` it ends them. */
  async function dismiss(ms: number): Promise<void> {
    stopping = true;
    for (const timer of waiting) clearTimeout(timer);
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(workers.map((worker) => dismissOne(worker, listening.has(worker), ms)));
  }

  return { hire, dismiss };
}

async function dismissOne(worker: Worker, listens: boolean, ms: number): Promise<void> {
  if (worker.isDead()) return;
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const late = setTimeout(() => worker.process.kill('SIGKILL'), ms);
  worker.send(STOP);
  // One that still starts hears no message yet; it has answered nobody, so the signal's own way of ending it will do.
  if (!listens) worker.process.kill('SIGTERM');
  await gone;
  clearTimeout(late);
}
