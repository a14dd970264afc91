/** The npm packages of the lockfile, the pinned Node among them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, must, Refusal, root } from './run.mjs';

const modules = join(root, 'node_modules');
const stamp = join(modules, '.foyer-lockfile');

/** Installs the packages when they are missing or not those of package-lock.json, and checks that Node 24 is there. */
export function preparePackages() {
  const lockfile = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if (read(stamp) !== wanted) {
    if (!fits(JSON.parse(lockfile))) install();
    if (existsSync(modules)) writeFileSync(stamp, wanted);
  }
  if (!existsSync(join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'))) {
    throw new Refusal(
      'The pinned Node 24 is missing: npm was told not to run install scripts, and the package "node" needs its own. ' +
        'Run: npm rebuild node --ignore-scripts=false',
    );
  }
}

function install() {
  const npm = findProgram('npm', 'npm.cmd');
  if (!npm) throw new Refusal('npm is not on the PATH. Install Node.js with npm.');
  const advice = 'Check that npm reaches its registry, then run this again.';
  must('Installing npm packages by package-lock.json (npm ci)', advice, npm, ['ci'], {
    shell: process.platform === 'win32',
  });
}

/**
 * Whether npm's own record of what it installed agrees with the lockfile. After `npm install some-package` it does,
 * and installing everything anew would pull the packages away from under whatever else is running.
 */
function fits(lockfile) {
  const text = read(join(modules, '.package-lock.json'));
  if (text === undefined) return false;
  const installed = JSON.parse(text).packages;
  return Object.entries(lockfile.packages).every(([path, { version, optional, peer }]) => {
    if (path === '' || (!installed[path] && (optional || peer))) return true;
    return installed[path]?.version === version && existsSync(join(root, path));
  });
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
