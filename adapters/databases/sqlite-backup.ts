/** Copies SQLite files while they are in use, and makes sure of files that are to be put back. */
import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../errors.ts';

/** How long to wait for a moment without a writer. */
const WAIT_MS = 10_000;

/**
 * Copies a file as it stands at one moment. Others read and write meanwhile; what they write after that moment is not
 * in the copy. Pages that hold nothing any more stay behind, so what was deleted is not in it either.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  const db = new DatabaseSync(from, { timeout: WAIT_MS });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
  await chmod(to, 0o600);
  flush(to);
}

/** Throws StoreError when the file is no database, or a damaged one. */
export function checkSqlite(path: string): void {
  const faults = inspect(path);
  if (faults.length > 0) throw new StoreError(`${path} is damaged: ${faults.join('; ')}`);
}

function inspect(path: string): string[] {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      const rows = db.prepare('PRAGMA integrity_check(10)').all();
      return rows.map((row) => String(row['integrity_check'])).filter((line) => line !== 'ok');
    } finally {
      db.close();
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/**
 * Throws StoreError when another process has the file open. Whoever has a file with a write-ahead log open holds a
 * lock on it all the time, and the log cannot be ended over that lock. The file stands alone afterwards, without a log.
 */
export function demandUnused(path: string): void {
  if (!existsSync(path)) return;
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE');
  } catch (error) {
    throw new StoreError(`${path} is in use. Stop Foyer first.`, { cause: error });
  } finally {
    db.close();
  }
}

/** Waits until a file, or the list of names of a folder, is on the disk. */
export function flush(path: string): void {
  // Windows opens no folders, and has no such order for them.
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
