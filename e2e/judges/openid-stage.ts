/**
 * The second demo as the snippets of docs/openid.md have it, on ports of the test: the addresses in them are replaced, and
 * nothing else. Behind the proxies is a program that knows nothing of signing in and says what it is told of people.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import { documentBlock } from '../document-block.ts';
import { freePort } from '../free-port.ts';
import { type Foyer, startFoyer } from '../start.ts';

/** Somebody of the demo file. */
export const MARIA = { email: 'maria@example.com', name: 'Maria Rossi', password: 'Welcome1' } as const;

export interface DemoStage {
  foyer: Foyer;
  /** A snippet of docs/openid.md for these ports. */
  snippet(language: string, holding: string): string;
  /** A text with its addresses of the documents replaced by those of this stage. */
  here(text: string): string;
  folder: string;
}

/** What is ended with the test file, the last first. A hook of its own would end it with the hook that started it. */
const cleanUp: (() => unknown)[] = [];
after(async () => {
  for (const end of cleanUp.reverse()) await end();
});

/** @param ports of applications, as the documents have them, beside where each is here: `[['localhost:4180', 'localhost:40123']]` */
export async function startDemoStage(ports: readonly (readonly [string, string])[]): Promise<DemoStage> {
  const replaced = (text: string, pairs: readonly (readonly [string, string])[]) =>
    pairs.reduce((so, [there, here]) => so.replaceAll(there, here), text);
  const demo = readFileSync(new URL('../../demo/openid.yaml', import.meta.url), 'utf8');
  const foyer = await startFoyer({ poolFile: parse(replaced(demo, ports)) });
  const all = [...ports, ['localhost:9400', new URL(foyer.url).host]] as const;
  const folder = mkdtempSync(join(tmpdir(), 'foyer-judge-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  return {
    foyer,
    snippet: (language, holding) => replaced(documentBlock('docs/openid.md', language, holding), all),
    here: (text) => replaced(text, all),
    folder,
  };
}

/** Answers each request with the headers that it came with, in lines. */
export async function startUpstream(): Promise<string> {
  const server = createServer((request, response) => {
    const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end([`${request.method} ${request.url}`, ...lines].join('\n'));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  cleanUp.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `localhost:${(server.address() as AddressInfo).port}`;
}

export const freeAddress = async () => `localhost:${await freePort()}`;

const READY_WITHIN_MS = 30_000;

/** Starts a program that answers at this address; it ends with the test file. Fails with what it said. */
export async function startProgram(program: string, args: string[], address: string): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said += part;
    });
  cleanUp.push(() => end(child));
  process.on('exit', () => child.kill('SIGKILL'));
  const failed = once(child, 'error').then(([error]) => {
    throw error;
  });
  failed.catch(() => {});
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await Promise.race([answers(address), failed]))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`${program} does not answer at ${address}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.kill()) await once(child, 'exit');
}

/** That it answers, whatever it says: Apache opens its port twice. */
const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/`, { redirect: 'manual' }).then(
    () => true,
    () => false,
  );

/** Types what the hosted page asks for. */
export async function typeIn(page: Page): Promise<void> {
  await page.getByLabel('Email address').fill(MARIA.email);
  await page.getByLabel('Password', { exact: true }).fill(MARIA.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
