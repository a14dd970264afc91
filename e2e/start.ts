/**
 * Starts the product as a person would, as a process of its own, for one test file: `const foyer = await startFoyer()`.
 * Each has a fresh data folder, port and set of stores: embedded, or shared when FOYER_TEST_STORES says so, which
 * `npm test` does in a second round. Every Foyer is stopped when its test file ends, however it ends. A page longer than
 * others, since starting, reading, shifting and ending a process share what is known of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { freePort } from './free-port.ts';

export interface StartOptions {
  /** Settings over those of the test. An empty string takes a setting away. */
  env?: Record<string, string>;
  /** A pool file: its content, or the path of one. */
  poolFile?: object | string;
  /** Start beside this one, on its stores and with its secrets, as a second process behind the same load balancer. */
  beside?: Foyer;
  /** false leaves the process's clock alone; `shiftClock` is then refused. */
  clockShift?: boolean;
}

/** A message that Foyer sent, as its development mailbox shows it. */
export interface Mail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  at: number;
}

export interface Foyer {
  /**
   * Where this process listens, `http://localhost:<port>`; also its public URL unless `env` names another. Beside TLS it
   * is the plain port, FOYER_PLAIN_PORT, which tells when it is ready and little else.
   */
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Its settings, for starting something else on the same stores. */
  env: Readonly<Record<string, string>>;
  dataFolder: string;
  /** Messages sent, newest first. */
  mailbox(): Promise<Mail[]>;
  /** Moves the process's time by so many milliseconds, from where it is now; back with a negative number. */
  shiftClock(ms: number): Promise<void>;
  /** Of the process that runs now; with workers of their primary. */
  pid(): number;
  /** Every line that the process wrote so far, over all its starts. */
  log(): string[];
  /** Asks it to stop as an operator does (SIGTERM) and resolves to its exit code; quiet when it has ended already. */
  stop(): Promise<number | null>;
  /** Ends it at once (SIGKILL), as a crash does. */
  kill(): Promise<void>;
  /** Stops it if it still runs, and starts it again on the same address, stores and clock. */
  restart(env?: Record<string, string>): Promise<void>;
}

const root = join(import.meta.dirname, '..');
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

const running = new Set<ChildProcess>();
/** Everything that a process wrote has been read. */
const read = new WeakMap<ChildProcess, Promise<unknown>>();
const foyers: Foyer[] = [];
const folders: string[] = [];
after(async () => {
  await Promise.all(foyers.map((foyer) => foyer.stop()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
// For a test process that ends before the hook above ran.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startFoyer(options: StartOptions = {}): Promise<Foyer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-e2e-'));
  folders.push(folder);
  const dataFolder = options.beside?.dataFolder ?? join(folder, 'data');
  const env = {
    ...(options.beside?.env ?? freshSettings(dataFolder)),
    ...(options.poolFile ? { FOYER_POOL_FILE: poolFilePath(options.poolFile, folder) } : {}),
    FOYER_PORT: String(port),
    FOYER_PUBLIC_URL: `http://localhost:${port}`,
    ...options.env,
  };
  const foyer = describe(env, dataFolder, folder, options.clockShift ?? true);
  foyers.push(foyer);
  await foyer.restart();
  return foyer;
}

function describe(
  settings: Record<string, string>,
  dataFolder: string,
  folder: string,
  canShift: boolean,
): Foyer {
  const url = `http://localhost:${settings.FOYER_PLAIN_PORT ?? settings.FOYER_PORT}`;
  const env = { ...settings };
  const [accessKeyId = '', secretAccessKey = ''] = env.FOYER_ACCESS_KEYS?.split(':') ?? [];
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let shiftedBy = 0;

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!child || !running.has(child)) return child?.exitCode ?? null;
    const ending = child;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    const late = setTimeout(() => ending.kill('SIGKILL'), STOP_WITHIN_MS);
    await exit;
    // Its last lines may still be on the way. Who is killed leaves workers that hold the pipe a little longer.
    if (signal === 'SIGTERM') await read.get(ending);
    clearTimeout(late);
    if (signal === 'SIGTERM' && ending.signalCode === 'SIGKILL') {
      throw new Error(
        `Foyer did not stop within ${STOP_WITHIN_MS / 1000} seconds:\n${lines.slice(-20).join('\n')}`,
      );
    }
    return ending.exitCode;
  };

  return {
    url,
    accessKeyId,
    secretAccessKey,
    env,
    dataFolder,
    pid: () => child?.pid ?? 0,
    log: () => [...lines],
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    async mailbox() {
      const response = await fetch(`${url}/dev/mailbox.json`);
      if (!response.ok) throw new Error(`The mailbox answered ${response.status}`);
      return (await response.json()) as Mail[];
    },
    async shiftClock(ms) {
      if (!canShift || !child || !running.has(child)) throw new Error('This Foyer has no clock to shift');
      const applied = once(child, 'message', { signal: AbortSignal.timeout(READY_WITHIN_MS) });
      child.send({ shiftClockBy: ms });
      const [answer] = await applied;
      shiftedBy = answer.clockShiftedBy;
    },
    async restart(change = {}) {
      await end('SIGTERM');
      Object.assign(env, change);
      const linesBefore = lines.length;
      const preload = canShift ? ['--import', join(root, 'e2e', 'clock-shift.mjs')] : [];
      child = launch(
        [...preload, join(root, 'server', 'main.ts')],
        folder,
        { ...env, CLOCK_SHIFTED_BY_MS: String(shiftedBy) },
        lines,
      );
      await ready(child, url, lines);
      if (Number(env.FOYER_WORKERS) > 1) await everyWorkerListens(child, lines, linesBefore);
    },
  };
}

/** Nothing here may keep the test's own process alive: a forgotten Foyer would look like a test that hangs. */
function launch(args: string[], cwd: string, env: Record<string, string>, lines: string[]): ChildProcess {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  // Its folder is the working directory, so that no `.env` of the developer's is read; nor is their environment.
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const ends = streams.map((stream) => {
    const reader = createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (process.env.SHOW_FOYER_LOG) process.stderr.write(`${line}\n`);
    });
    if (stream instanceof Socket) stream.unref();
    return once(reader, 'close');
  });
  read.set(child, Promise.all(ends));
  child.channel?.unref();
  child.unref();
  return child;
}

/** The first worker is ready before the others are; the primary says when all of them take connections. */
async function everyWorkerListens(child: ChildProcess, lines: string[], from: number): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!lines.slice(from).some((line) => line.includes('"msg":"listening"'))) {
    if (!running.has(child) || performance.now() > deadline)
      throw new Error(`Not every worker listens. Foyer's last lines:\n${lines.slice(-40).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function ready(child: ChildProcess, url: string, lines: string[]): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  const fail = (what: string) => new Error(`Foyer ${what}. Its last lines:\n${lines.slice(-40).join('\n')}`);
  for (;;) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    if (!running.has(child)) throw fail(`ended with code ${child.exitCode} before it was ready`);
    if (performance.now() > deadline) throw fail(`was not ready within ${READY_WITHIN_MS / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function freshSettings(dataFolder: string): Record<string, string> {
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  const name = `foyer-test-${random(6)}`;
  return {
    FOYER_MODE: 'development',
    FOYER_LOG_LEVEL: 'info',
    FOYER_SAMPLE_PORT: '0',
    FOYER_DATA_FOLDER: dataFolder,
    FOYER_MASTER_SECRET: random(32),
    FOYER_ACCESS_KEYS: `AKIA${random(8).toUpperCase()}:${random(20)}`,
    // Tests share the machine: a store that is slow for a second has not failed. Some bring one of their own.
    FOYER_STORE_PATIENCE_MS: '10000',
    ...(process.env.FOYER_TEST_STORES === 'shared'
      ? {
          FOYER_MONGODB_URL: service('MONGODB_URI'),
          FOYER_MONGODB_DATABASE: name,
          FOYER_REDIS_URL: service('REDIS_URL'),
          FOYER_REDIS_PREFIX: name,
        }
      : {}),
  };
}

function service(variable: 'MONGODB_URI' | 'REDIS_URL'): string {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set. Run this file through: npm test -- <file>`);
  return address;
}

function poolFilePath(poolFile: object | string, folder: string): string {
  if (typeof poolFile === 'string') return poolFile;
  const path = join(folder, 'pool.json');
  writeFileSync(path, JSON.stringify(poolFile, null, 2));
  return path;
}
