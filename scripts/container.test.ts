/**
 * The container as far as a machine without a container engine can prove it: the steps of the Dockerfile are run, in
 * order, in folders that stand for the images, and what comes out is started as the Dockerfile starts it. What is not
 * proven: that the base images are what their tags say, and that the engine does with the rest what it documents.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../e2e/free-port.ts';

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'foyer-container-'));
const NOBODY = 65534;

/** A stage of the Dockerfile: a folder in the place of its `/`, and what its instructions set. */
interface Image {
  folder: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  health: string[];
}

let image: Image;
let child: ChildProcess | undefined;
before(() => {
  image = build();
});
after(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  rmSync(work, { recursive: true, force: true });
});

test('the image starts without rights and without writing to itself, says how it is, and stops', async () => {
  assert.equal(image.user, 'node');
  const port = await freePort();
  const data = join(image.folder, image.env['FOYER_DATA_FOLDER'] ?? '');
  const env = {
    PATH: process.env.PATH ?? '',
    ...image.env,
    FOYER_DATA_FOLDER: data,
    FOYER_HOST: '127.0.0.1',
    FOYER_PORT: String(port),
    FOYER_PUBLIC_URL: `http://localhost:${port}`,
    FOYER_MASTER_SECRET: 'correct-horse-battery-staple-0123456789',
    FOYER_DRAIN_SECONDS: '0',
  };
  const run = ([program = '', ...args]: string[]) =>
    spawn(program === 'node' ? process.execPath : program, args, {
      ...asUser(data),
      cwd: image.workdir,
      env,
    });
  const healthy = async () => (await once(run(image.health), 'exit'))[0] === 0;

  assert.equal(await healthy(), false);
  child = run(image.command);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes) => {
      output += bytes;
    });
  while (!(await fetch(`http://localhost:${port}/health/ready`).catch(() => undefined))?.ok) {
    assert.equal(child.exitCode, null, output);
    await pause(50);
  }
  assert.equal(await healthy(), true);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null], output);
  assert.deepEqual(readdirSync(data).filter((name) => name.endsWith('.sqlite')).length, 4);
});

test('the image holds what runs, and neither tests nor what only builds', () => {
  const names = readdirSync(image.workdir).sort();
  assert.deepEqual(names, ['LICENSE', 'dist', 'node_modules', 'package.json']);
  for (const tool of ['typescript', '@biomejs/biome', 'playwright-core', 'node/bin/node'])
    assert.ok(!existsSync(join(image.workdir, 'node_modules', tool)), tool);
  const files = readdirSync(join(image.workdir, 'dist'), { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((file) => /\.ts$|\.test\.|contract|testing/.test(file)),
    [],
  );
});

/** Runs the steps; an instruction that is not known here fails the test. */
function build(): Image {
  const stages = new Map<string, Image>();
  let image: Image = newImage('');
  for (const [word, text] of instructions()) {
    const absolute = (path: string) =>
      path.startsWith('/') ? join(image.folder, path) : join(image.workdir, path);
    if (word === 'FROM') {
      const [base = '', , name = 'last'] = text.split(' ');
      assert.match(base, /^[a-z]+:\d+\.\d+\.\d+-[a-z-]+$/, 'the base is pinned');
      image = newImage(name);
      stages.set(name, image);
    } else if (word === 'WORKDIR') {
      image.workdir = join(image.folder, text);
      mkdirSync(image.workdir, { recursive: true });
    } else if (word === 'RUN') {
      execFileSync('sh', ['-c', text], { cwd: image.workdir, env: cleanEnvironment(), stdio: 'pipe' });
    } else if (word === 'COPY') {
      const words = text.split(' ').filter((part) => !part.startsWith('--'));
      const from = stages.get(/--from=(\w+)/.exec(text)?.[1] ?? '');
      const to = words.pop() ?? '';
      for (const path of words)
        copy(from ? join(from.folder, path) : join(root, path), absolute(to), to.endsWith('/'));
    } else if (word === 'ENV') {
      for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) image.env[name] = value;
    } else if (word === 'USER') image.user = text;
    else if (word === 'CMD') image.command = JSON.parse(text);
    else if (word === 'HEALTHCHECK') image.health = JSON.parse(text.slice(text.indexOf('CMD ') + 4));
    else assert.ok(['VOLUME', 'EXPOSE'].includes(word), word);
  }
  return image;
}

function newImage(name: string): Image {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  return { folder, workdir: folder, env: {}, user: 'root', command: [], health: [] };
}

function instructions(): [string, string][] {
  return readFileSync(join(root, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
}

/** As COPY does it: a folder's content, a file into a folder, and nothing that `.dockerignore` names. */
function copy(from: string, to: string, intoFolder: boolean): void {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const target = intoFolder ? join(to, basename(from)) : to;
  const isContext = from === root || from === `${root}/`;
  for (const name of isContext ? readdirSync(root) : [undefined]) {
    if (name === undefined) cpSync(from, target, { recursive: true, verbatimSymlinks: true });
    else if (!ignored.includes(name) && !name.endsWith('.tgz'))
      cpSync(join(root, name), join(to, name), { recursive: true });
  }
}

/** Root starts it as a user who may write to the data alone, which is all that the image gives `node`. */
function asUser(data: string): { uid?: number } {
  if (process.getuid?.() !== 0) return {};
  chownSync(data, NOBODY, NOBODY);
  for (const folder of [work, join(data, '..')]) execFileSync('chmod', ['755', folder]);
  return { uid: NOBODY };
}

/** npm tells what it runs that it is a project's own npm; the one in the image is nobody's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD|NODE_ENV)/.test(name),
  );
  return { ...Object.fromEntries(names), npm_config_prefer_offline: 'true', npm_config_loglevel: 'error' };
}
