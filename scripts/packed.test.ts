import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../e2e/free-port.ts';
import { openHttpSession } from '../e2e/http-session.ts';

const NPM_LIMIT_MS = 60_000;
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'foyer-packed-'));
let child: ChildProcess | undefined;

before(() => {
  npm(root, 'pack', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  assert.ok(tarball);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'somebody', private: true, allowScripts: { node: true } }),
  );
  npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball));
});
after(async () => {
  if (child && child.exitCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the packed Foyer, installed in an empty folder, runs the demo', async () => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const { PATH = '', HOME = '' } = process.env;
  child = spawn(process.execPath, [join(folder, 'node_modules', '.bin', 'foyer-demo')], {
    cwd: folder,
    env: { PATH, HOME, FOYER_PORT: String(port), FOYER_SAMPLE_PORT: '0', FOYER_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  while (!(await isReady(url))) {
    assert.equal(child.exitCode, null, output);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const discovery = await fetch(`${url}/us-east-1_DemoPool1/.well-known/openid-configuration`);
  const { authorization_endpoint } = (await discovery.json()) as { authorization_endpoint: string };
  const start = new URL(authorization_endpoint);
  start.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'demosampleapplication00001',
    redirect_uri: 'http://localhost:9401/callback',
    scope: 'openid',
  }).toString();
  const browser = openHttpSession();
  const page = await browser.follow(await browser.get(start.href), url);
  assert.equal(page.status, 200, page.body);
  assert.match(page.body, /<form[\s\S]+type="password"/);
  const style = /<link[^>]+href="([^"]+\.css[^"]*)"/.exec(page.body)?.[1] ?? '';
  assert.equal((await browser.get(new URL(style, page.url).href)).status, 200);

  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null], output);
});

test('the package holds what runs, and neither tests nor sources', () => {
  const installed = join(folder, 'node_modules', 'foyer');
  for (const file of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'dist/server/main.js',
    'dist/views',
    'dist/public',
  ]) {
    assert.ok(existsSync(join(installed, file)), file);
  }
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((file) => !file.startsWith('node_modules') && /\.ts$|\.test\.|contract|testing/.test(file)),
    [],
  );
});

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}

/**
 * npm tells the scripts that it runs where its project is, and an npm below it would believe that it is its own. One
 * that waits for a registry for minutes is ended and gets a second chance: the cache then holds what the first fetched.
 */
function npm(cwd: string, ...args: string[]): void {
  const env = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD)/.test(name),
  );
  const run = () =>
    execFileSync('npm', [...args, '--loglevel=error'], {
      cwd,
      env: Object.fromEntries(env),
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: NPM_LIMIT_MS,
    });
  try {
    run();
  } catch {
    run();
  }
}
