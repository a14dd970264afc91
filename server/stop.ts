import cluster from 'node:cluster';
import type { Logger } from './log.ts';

/** What the primary tells a worker that is to stop. */
export const STOP = 'stop';

/**
 * Runs `stop` when somebody asks for it, then ends the process. SIGTERM and SIGINT ask; a second one means now.
 *
 * A worker hears of it from its primary alone: a terminal and many service managers send the signal to all processes
 * of a group, and a worker that heard it twice would take it for impatience.
 */
export function whenAskedToStop(stop: () => Promise<void>, log: Logger): void {
  let asked = false;
  const ask = () => {
    if (asked) process.exit(1);
    asked = true;
    stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (!cluster.isWorker) ask();
    });
  if (cluster.isWorker)
    process.on('message', (message) => {
      if (message === STOP) ask();
    });
}
