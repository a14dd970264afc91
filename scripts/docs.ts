/** `npm run docs`: writes every generated document anew. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { generators } from './generators.ts';

const root = join(import.meta.dirname, '..');
for (const script of generators) {
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
