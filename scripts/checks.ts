/** What is looked at without running the product. `npm run check` and `npm test` share this list. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { generators } from './generators.ts';

const root = join(import.meta.dirname, '..');
const tool = (name: string) => join(root, 'node_modules', '.bin', name);

/** A command, without a shell; exit code 0 is a pass. */
export interface Check {
  name: string;
  command: string;
  args: string[];
}

export const staticChecks: Check[] = [
  { name: 'format and lint', command: tool('biome'), args: ['check', '--error-on-warnings', '.'] },
  { name: 'types', command: tool('tsc'), args: ['--project', '.', '--noEmit'] },
  ...generators.map((script) => ({
    name: `made by ${script}`,
    command: process.execPath,
    args: [script, '--check'],
  })),
];

/** Runs the checks one after another, shows what failed in full, and goes on. */
export async function runChecks(checks: Check[]): Promise<{ passed: number; failed: number }> {
  let failed = 0;
  for (const check of checks) {
    const started = performance.now();
    const { ok, output } = await run(check);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${ok ? 'ok     ' : 'FAILED '} ${check.name}, ${seconds} s\n`);
    if (ok) continue;
    failed += 1;
    process.stdout.write(`${output.replace(/^/gm, '    ').trimEnd()}\n`);
  }
  return { passed: checks.length - failed, failed };
}

function run({ command, args }: Check): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}
