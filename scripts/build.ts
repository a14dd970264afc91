/**
 * `npm run build`: JavaScript for the published package in dist/, since Node does not strip types below node_modules.
 * dist/ has the folders of the sources, so that what is read as a file is found at the same relative place. Types are
 * not checked here; `npm run check` does.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules', '.bin', 'tsc');
const { status } = spawnSync(compiler, ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);

for (const path of ['views', 'public', 'demo', ...globSync('server/**/*.json', { cwd: root })]) {
  cpSync(join(root, path), join(dist, path), { recursive: true });
}

// The compiler rewrites the endings of relative imports only; those that cross a border go through this map.
const imports = Object.fromEntries(
  ['adapters', 'federation'].map((door) => [`#${door}/*.ts`, `./${door}/*.js`]),
);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: 'module', imports }, null, 2)}\n`);
