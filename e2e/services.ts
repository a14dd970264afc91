/**
 * The services that the tests share: a Redis, and a MongoDB or what stands in for it. `scripts/test.ts` starts them
 * once for the whole run and hands their addresses on as REDIS_URL and MONGODB_URI; a service that those variables
 * name already is used as it is. Run by hand (`node e2e/services.ts`) it prints the addresses and stays, so that
 * single test files can be run against them. It never installs anything: `scripts/prepare.mjs test` did.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

export interface Services {
  redisUrl: string;
  mongodbUri: string;
  stop(): Promise<void>;
}

interface Service {
  url: string;
  stop(): Promise<void>;
}

/** Paths of the programs that `scripts/prepare.mjs test` found or installed; null where none is needed. */
export interface Tools {
  chromium: string;
  /** The documents show requests with it. */
  curl: string;
  nginx: string;
  redisServer: string;
  mongod: string | null;
  java: string | null;
  mongodbJars: string | null;
  python: string;
  aws: string;
  php: string;
  /** The folder of a SAML identity provider. */
  simplesamlphp: string;
  /** Null where there is no Go to build it with. */
  oauth2Proxy: string | null;
  /** Null where Debian's packages cannot be had. */
  apache: string | null;
  /** The folder of its modules, `mod_auth_openidc.so` among them. */
  apacheModules: string | null;
}

const root = join(import.meta.dirname, '..');

export function readTools(): Tools {
  return JSON.parse(readFileSync(join(root, '.cache', 'tools.json'), 'utf8')).tools;
}

export async function startServices(): Promise<Services> {
  const { REDIS_URL, MONGODB_URI } = process.env;
  const given = (url: string): Service => ({ url, stop: async () => {} });
  const [redis, mongodb] = await Promise.all([
    REDIS_URL ? given(REDIS_URL) : startRedis(readTools()),
    MONGODB_URI ? given(MONGODB_URI) : startMongodb(readTools()),
  ]);
  return {
    redisUrl: redis.url,
    mongodbUri: mongodb.url,
    stop: async () => {
      await Promise.all([redis.stop(), mongodb.stop()]);
    },
  };
}

async function startRedis({ redisServer }: Tools): Promise<Service> {
  const port = await freePort();
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--databases', '1'];
  const child = onLeash(redisServer, ['--port', String(port), ...memoryOnly]);
  await answers(redisServer, port);
  return { url: `redis://127.0.0.1:${port}`, stop: () => end(child) };
}

async function startMongodb({ mongod, java, mongodbJars }: Tools): Promise<Service> {
  if (mongod) {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-mongod-'));
    const port = await freePort();
    const child = onLeash(mongod, [
      '--dbpath',
      folder,
      '--port',
      String(port),
      '--bind_ip',
      '127.0.0.1',
      '--quiet',
    ]);
    await answers(mongod, port);
    const stop = async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    };
    return { url: `mongodb://127.0.0.1:${port}/`, stop };
  }
  if (!java || !mongodbJars) throw missing('MONGODB_URI');
  const source = join(root, 'scripts', 'mongodb', 'MongoStandIn.java');
  // It starts in half the time without the optimizing compiler, which a test run is too short to profit from.
  const options = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-cp', join(mongodbJars, '*')];
  const child = spawn(java, [...options, source], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout });
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  const port = /^ready (\d+)$/.exec(String(first[0]))?.[1];
  if (!port) throw new Error(`The MongoDB stand-in did not start:\n${complaints.join('\n')}`);
  return { url: `mongodb://127.0.0.1:${port}/?retryWrites=false`, stop: () => end(child) };
}

/**
 * Starts a program that ends when our end of the pipe closes, in whatever way we end: a test run that is killed must
 * leave no server behind. The stand-in in Java watches its input itself.
 */
function onLeash(program: string, args: string[]): ChildProcess {
  const leash = '"$@" & server=$!; cat; kill "$server"; wait "$server"';
  return spawn('/bin/sh', ['-c', leash, 'leash', program, ...args], { stdio: ['pipe', 'ignore', 'inherit'] });
}

/** Closing the input is the order to stop. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.stdin?.end();
  await exit;
}

/** Waits until something accepts connections on the port. */
async function answers(program: string, port: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await accepts(port))) {
    if (Date.now() > deadline) throw new Error(`${program} does not answer on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function missing(variable: string): Error {
  return new Error(
    `${variable} was set when the tools were prepared and is not now. Run: node scripts/prepare.mjs test`,
  );
}

if (import.meta.main) {
  const services = await startServices();
  process.stdout.write(`export REDIS_URL='${services.redisUrl}' MONGODB_URI='${services.mongodbUri}'\n`);
  process.once('SIGINT', () => services.stop());
  process.once('SIGTERM', () => services.stop());
}
