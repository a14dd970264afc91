/**
 * `npm run fuzz`: the property tests (`*.fuzz.test.ts`) with many inputs and a new seed, for as long as that takes.
 * FUZZ_RUNS and FUZZ_SEED repeat a run; arguments are parts of file names, as with `npm test`.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { findTestFiles } from './find-test-files.ts';

const { FUZZ_RUNS = '20000', FUZZ_SEED = String(randomInt(2 ** 31)) } = process.env;
const filters = process.argv.slice(2);
const files = findTestFiles('server', 'adapters', 'federation', 'e2e')
  .filter((file) => file.endsWith('.fuzz.test.ts'))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));

if (files.length === 0) {
  console.error('No property test has such a name.');
  process.exit(1);
}
process.stdout.write(`Repeat with: FUZZ_RUNS=${FUZZ_RUNS} FUZZ_SEED=${FUZZ_SEED} npm run fuzz\n`);
spawn(process.execPath, ['--test', '--test-concurrency=2', ...files], {
  cwd: join(import.meta.dirname, '..'),
  env: { ...process.env, FUZZ_RUNS, FUZZ_SEED },
  stdio: 'inherit',
}).once('exit', (code) => {
  process.exitCode = code ?? 1;
});
