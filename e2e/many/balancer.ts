/**
 * nginx as the load balancer in front of several Foyers: each request goes to the next of them, over connections that
 * it keeps. What it may send again it sends to another when one fails: what asks only, never a form that was sent.
 *
 * The nginx that everyone can install does not ask whether its servers are well, so this asks for it, as a
 * Kubernetes ingress or a service registry does: `/health/ready` of each, and whoever says no gets nothing new.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readTools } from '../services.ts';

export interface Served {
  /** The Foyers that were asked, in order; more than one when the first failed. */
  by: string[];
  method: string;
  path: string;
  status: number;
}

export interface Balancer {
  /** Every request that was answered so far. */
  served(): Served[];
}

const ASK_EVERY_MS = 100;

/**
 * @param port where to listen, chosen before the Foyers started, which know it as their public address
 * @param keep how many connections to the Foyers are kept for further requests
 */
export async function startBalancer(
  port: number,
  foyers: { url: string }[],
  { keep = 16 }: { keep?: number } = {},
): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-nginx-'));
  // Its workers may run as another user, who must reach what lies in it.
  chmodSync(folder, 0o755);
  const hosts = foyers.map(({ url }) => url.replace('http://localhost', '127.0.0.1'));
  const file = join(folder, 'nginx.conf');
  const write = (down: string[]) => writeFileSync(file, configuration({ folder, port, hosts, keep }, down));
  write([]);
  const child = spawn(readTools().nginx, ['-p', folder, '-c', file, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const asking = new AbortController();
  const asked = askWhoIsReady(hosts, asking.signal, (down) => {
    write(down);
    child.kill('SIGHUP');
  });
  after(async () => {
    asking.abort();
    await asked;
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  });
  await listens(`http://127.0.0.1:${port}/health/live`, child);
  return { served: () => readServed(join(folder, 'access.log')) };
}

function configuration(
  { folder, port, hosts, keep }: { folder: string; port: number; hosts: string[]; keep: number },
  down: string[],
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const servers = hosts.map((host) => `server ${host} max_fails=0${down.includes(host) ? ' down' : ''};`);
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  log_format served '$upstream_addr|$request_method|$uri|$status';
  access_log ${folder}/access.log served;
  # A reload closes connections that browsers keep, perhaps while one is posting into them; tests are about the other side.
  keepalive_timeout 0;
  upstream foyer { ${servers.join(' ')} ${keep ? `keepalive ${keep};` : ''} }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://foyer;
      proxy_http_version 1.1;
      proxy_set_header Connection ${keep ? '""' : 'close'};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_connect_timeout 2s;
      proxy_next_upstream error timeout;
    }
  }
}
`;
}

/** Tells who is not ready whenever that changes; when nobody is, it is better to try them all. */
async function askWhoIsReady(
  hosts: string[],
  signal: AbortSignal,
  changed: (down: string[]) => void,
): Promise<void> {
  let known = '';
  while (!signal.aborted) {
    const answers = await Promise.all(hosts.map(isReady));
    const down = hosts.filter((_, index) => !answers[index]);
    const taken = down.length === hosts.length ? [] : down;
    if (taken.join() !== known) changed(taken);
    known = taken.join();
    await pause(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function isReady(host: string): Promise<boolean> {
  const answer = await fetch(`http://${host}/health/ready`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

function readServed(file: string): Served[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [by = '', method = '', path = '', status] = line.split('|');
    return { by: by.split(', '), method, path, status: Number(status) };
  });
}

async function listens(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return;
    if (child.exitCode !== null) throw new Error('nginx did not start; what it said is above');
    await pause(20);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
