import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Redis } from 'ioredis';

/**
 * Servers of a test's own, for what one shared Redis cannot show: a cluster, and a primary that Sentinel replaces.
 * `redis-server` must be on the PATH; `npm test` installs it. They end with the tests of the file.
 */
export async function startRedisServer(
  options: string[] = [],
  sentinel?: string,
): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-redis-'));
  const quiet = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--loglevel', 'warning'];
  const file = join(folder, 'redis.conf');
  writeFileSync(file, sentinel ?? 'save ""\nrepl-diskless-sync-delay 0\n');
  const mode = sentinel === undefined ? options : ['--sentinel'];
  const child = spawn('redis-server', [file, ...quiet, ...mode], { stdio: ['ignore', 'ignore', 'inherit'] });
  after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const failed = once(child, 'error').then(([error]) => {
    throw new Error('redis-server cannot be started: run `npm test`, which installs it', { cause: error });
  });
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await Promise.race([client.ping(), failed]);
  client.disconnect();
  return { port, child };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  // The bus of a cluster node is 10,000 ports higher.
  return address.port > 55_000 ? freePort() : address.port;
}
