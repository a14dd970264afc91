/**
 * Notices that a pool's configuration was written, by this process or another: asks the directory once a second
 * which pools changed, and tells. So every process follows a change within two seconds.
 */
import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';

export interface Watch {
  /** Asks now; resolves when everything written before the call has been told. */
  poll(): Promise<void>;
  stop(): void;
}

const EVERY_MS = 1000;

/** @param changed told once for each pool whose stamp differs from the one seen before. */
export function watchDirectory(
  { directory, clock, log }: { directory: DirectoryStores; clock: Clock; log: Logger },
  changed: (poolId: string) => void,
): Watch {
  const seen = new Map<string, string>();
  let since = clock.now();

  async function poll(): Promise<void> {
    const asked = clock.now();
    for (const { pool, stamp } of await directory.changes(since)) {
      if (seen.get(pool) === stamp) continue;
      seen.set(pool, stamp);
      changed(pool);
    }
    // A clock that was set back must not make us wait until it has caught up.
    since = asked;
  }

  const timer = setInterval(() => {
    poll().catch((error) => log.warn({ err: error }, 'could not ask the directory for changes'));
  }, EVERY_MS);
  timer.unref();
  return { poll, stop: () => clearInterval(timer) };
}
