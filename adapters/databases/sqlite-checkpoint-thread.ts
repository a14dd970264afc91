/** The thread of `sqlite-checkpoints.ts`: with each message it moves what has gathered into the file. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const { path } = workerData as { path: string };
const db = new DatabaseSync(path);

parentPort?.on('message', (message) => {
  if (message === 'close') {
    db.close();
    parentPort?.close();
    return;
  }
  try {
    // Passive: it waits for nobody, and nobody for it.
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // A busy or full disk: what is not moved now is moved the next time.
  }
});
