import type { Clock } from '../clock.ts';
import type { Sqlite } from '../databases/sqlite.ts';
import { SLACK_MS } from './expiry.ts';

/** Small enough that nobody notices the pause. */
const BATCH = 500;
const REST_MS = 30_000;
const BETWEEN_BATCHES_MS = 50;

/**
 * Removes expired rows now and then, so that the file does not grow for ever: a batch, and the next one soon
 * after only while there is more. Returns a function that stops it.
 */
export function startSweeping(file: Sqlite, clock: Clock): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const schedule = (ms: number) => {
    if (!stopped) timer = setTimeout(sweepOnce, ms).unref();
  };
  const sweepOnce = () =>
    sweep(file, clock.now() - SLACK_MS, BATCH).then(
      (removed) => schedule(removed < BATCH ? REST_MS : BETWEEN_BATCHES_MS),
      // A busy or full disk: reading stays correct without sweeping, so it is only put off.
      () => schedule(REST_MS),
    );
  schedule(REST_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Removes at most `limit` records and `limit` counters that expired at `before` or earlier; the larger number. */
function sweep({ db, run }: Sqlite, before: number, limit: number): Promise<number> {
  return run(() => {
    const counts = ['records', 'counters'].map((table) => {
      const expired = `SELECT rowid FROM ${table} WHERE expires_at <= ? LIMIT ?`;
      return Number(
        db.prepare(`DELETE FROM ${table} WHERE rowid IN (${expired})`).run(before, limit).changes,
      );
    });
    return Math.max(...counts);
  });
}
