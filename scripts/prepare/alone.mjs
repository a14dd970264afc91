/** One preparation at a time: two test runs that begin at once would take each other's half-made folders away. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, say } from './run.mjs';

const lock = join(cache, 'preparing');
const LOOK_AGAIN_MS = 200;

/** Does the work once nobody else does any in this clone. Whoever ended without saying so is not waited for. */
export function alone(work) {
  mkdirSync(cache, { recursive: true });
  let told = false;
  while (!taken()) {
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

function taken() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isRunning(holder())) rmSync(lock, { force: true });
    return false;
  }
}

/** Undefined when it was given back meanwhile, or is being written just now. */
function holder() {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
