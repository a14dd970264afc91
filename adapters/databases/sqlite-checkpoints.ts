/**
 * SQLite gathers what is written in a log, and every thousand pages a commit has to move them into the file and wait
 * for the disk. For a file that is written all the time that is half of the time of a write, and the event loop stands
 * still meanwhile: it is done in a thread of its own, which begins its work beside the commits, not in one.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Writes; some thousand pages. */
const BETWEEN = 300;

/**
 * The thread is a process's own and takes 10 MB, so it is not started before there is work. Pages: what has gathered
 * where it is slow, or could not be started, a commit moves after all.
 */
export const AT_LATEST = 4000;

export interface Checkpoints {
  /** To be called after each write. */
  wrote(): void;
  /** Before the file is closed. */
  close(): Promise<void>;
}

export function openCheckpoints(path: string): Checkpoints {
  let writes = 0;
  let thread: Worker | undefined;
  let ended: Promise<void> | undefined;
  const start = () => {
    // Beside this file, in the sources and in a build.
    const program = new URL(`./sqlite-checkpoint-thread${extname(import.meta.filename)}`, import.meta.url);
    const started = new Worker(program, {
      workerData: { path },
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 },
    });
    started.unref();
    // One that failed is not started again: commits then do its work, as if there had never been one.
    started.once('error', () => {});
    ended = new Promise((resolve) => started.once('exit', () => resolve()));
    return started;
  };
  return {
    wrote() {
      if (++writes < BETWEEN) return;
      writes = 0;
      thread ??= start();
      thread.postMessage('checkpoint');
    },
    async close() {
      thread?.postMessage('close');
      await ended;
    },
  };
}
