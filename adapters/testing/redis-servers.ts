import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Redis } from 'ioredis';
import { freePort, isFree } from './free-port.ts';

export interface RedisNode {
  port: number;
  child: ChildProcess;
  /** Starts it again after its end, on the same port and with the same files; resolves when it answers. */
  restart(): Promise<void>;
}

/**
 * Servers of a test's own, for what one shared Redis cannot show: a cluster, a primary that Sentinel replaces, a kill.
 * `redis-server` must be on the PATH; `npm test` installs it. They end with the tests of the file.
 */
export async function startRedisServer(options: string[] = [], sentinel?: string): Promise<RedisNode> {
  const port = await freePortAndBus();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-redis-'));
  const quiet = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--loglevel', 'warning'];
  const file = join(folder, 'redis.conf');
  writeFileSync(file, sentinel ?? 'save ""\nrepl-diskless-sync-delay 0\n');
  const mode = sentinel === undefined ? options : ['--sentinel'];
  const launch = () =>
    spawn('redis-server', [file, ...quiet, ...mode], { stdio: ['ignore', 'ignore', 'inherit'] });
  const node: RedisNode = {
    port,
    child: launch(),
    async restart() {
      node.child = launch();
      await answers(port, node.child);
    },
  };
  after(async () => {
    if (node.child.exitCode === null && node.child.signalCode === null) {
      const exit = once(node.child, 'exit');
      node.child.kill('SIGKILL');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  });
  await answers(port, node.child);
  return node;
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  const failed = once(child, 'error').then(([error]) => {
    throw new Error('redis-server cannot be started: run `npm test`, which installs it', { cause: error });
  });
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await Promise.race([client.ping(), failed]);
  client.disconnect();
}

/** The bus of a cluster node is 10,000 ports higher. */
async function freePortAndBus(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (await isFree(port + 10_000)) return port;
  }
}
