/**
 * What the preparing scripts share: saying what is done, running a command, finding one, installing one.
 * A step that cannot succeed throws a Refusal whose message tells a person what to do; nothing is done half silently.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Everything the project fetches for its own tests; ignored by git, kept between runs. */
export const cache = join(root, '.cache');

/** A message for the person at the terminal; the run ends with it. */
export class Refusal extends Error {}

export function say(line) {
  process.stderr.write(`foyer: ${line}\n`);
}

// The project's own bin folder is left out: `npm ci` removes the pinned Node from it while it runs, and a Python or
// Maven found there would not be the machine's.
const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.endsWith(join('node_modules', '.bin')));

/** The first of these programs on the PATH (or at a path of its own), or undefined. */
export function findProgram(...names) {
  for (const name of names) {
    for (const file of name.includes('/') ? [name] : path.map((folder) => join(folder, name))) {
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // Not here: look further.
      }
    }
  }
  return undefined;
}

/** Runs a command without a shell and gives its output, or undefined when it failed. */
export function attempt(command, args, options = {}) {
  const { ok, output } = run(command, args, options);
  return ok ? output : undefined;
}

/** Runs a command; says what it is for, and on failure shows its output and refuses with the advice. */
export function must(why, advice, command, args, options = {}) {
  say(why);
  const { ok, output } = run(command, args, options);
  if (ok) return output;
  process.stderr.write(`${output}\n`);
  throw new Refusal(`${[command, ...args].join(' ')} failed (its output is above). ${advice}`);
}

function run(command, args, options) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
    env: { ...process.env, PATH: path.join(delimiter), ...options.env },
  });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? result.error.message : ''}`;
  return { ok: result.status === 0, output };
}

let listsAreFresh = false;

/** Installs Debian packages where that is possible: as root, with apt. Refuses with the advice anywhere else. */
export function installDebian(packages, advice) {
  const apt = findProgram('apt-get');
  if (!apt || process.getuid?.() !== 0) throw new Refusal(advice);
  // In runlevel 1 no package starts its service: tests start their own.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  if (!listsAreFresh) must('Reading the list of Debian packages', advice, apt, [...lock, 'update'], { env });
  listsAreFresh = true;
  const install = [...lock, 'install', '-y', '--no-install-recommends', ...packages];
  must(`Installing the Debian packages ${packages.join(', ')}`, advice, apt, install, { env });
}
