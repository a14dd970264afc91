/** One preparation at a time: two test runs that begin at once would take each other's half-made folders away. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cache, say } from './run.mjs';

const LOOK_AGAIN_MS = 200;
/** No preparation takes as long. Whoever holds the lock then ended, and somebody else has their process id by now. */
const LONGEST_MS = 60 * 60 * 1000;
/** Between making the lock and saying who holds it. */
const LONGEST_UNNAMED_MS = 10_000;

/**
 * Does the work once nobody else does any in this clone. Whoever ended without saying so is not waited for.
 * @param lock the file that says who works
 */
export function alone(work, lock = join(cache, 'preparing')) {
  mkdirSync(dirname(lock), { recursive: true });
  let told = false;
  while (!taken(lock)) {
    if (!told) say('Waiting for another run that prepares this clone');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    return false;
  }
}

/** A container gives its processes the same few ids each time: one that was killed may have had ours. */
function isAbandoned(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    const age = Date.now() - statSync(lock).mtimeMs;
    if (holder === 0) return age > LONGEST_UNNAMED_MS;
    return holder === process.pid || age > LONGEST_MS || !isRunning(holder);
  } catch {
    // Given back meanwhile.
    return false;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
