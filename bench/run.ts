/**
 * `npm run bench`: Foyer beside its baselines, in turns, on this machine, now. Numbers of different runs or machines
 * say little; the ratios within a run are what counts. See docs/performance.md.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Bench, openBench } from './bench.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { report, summary } from './report.ts';
import type { Result } from './result.ts';
import { ROWS } from './rows/index.ts';

const root = join(import.meta.dirname, '..');
const print = (text: string) => process.stdout.write(`${text}\n`);

function optionsOf(args: string[]): Options | undefined {
  try {
    return readOptions(
      args,
      ROWS.map((row) => row.name),
    );
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run(bench: Bench): Promise<void> {
  const { rows, stores, seconds, rounds } = bench.options;
  const load = () => loadavg()[0]?.toFixed(1);
  print(`Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model}), load ${load()}`);
  print(`Stores: ${stores}. Medians of ${rounds} turns of ${seconds} s each.\n`);
  const results: Result[] = [];
  for (const row of ROWS) {
    if (rows.length > 0 && !rows.includes(row.name)) continue;
    for (const result of await row.run(bench)) {
      results.push(result);
      print(report(result));
    }
  }
  print(summary(results));
  print(`Load of the machine at the end: ${load()}`);
}

const options = optionsOf(process.argv.slice(2));
if (options) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  if (options.built)
    execFileSync(process.execPath, [join(root, 'scripts', 'build.ts')], { stdio: 'inherit' });
  const bench = await openBench(options);
  try {
    await run(bench);
  } finally {
    await bench.stop();
  }
}
