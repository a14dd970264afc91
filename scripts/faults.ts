/**
 * `npm run faults`: kills and stops everything that can die under load, twenty times each, and prints what came of it.
 * `npm test` runs the same a few times. A number as argument is another number of rounds.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../e2e/faults/report.ts';
import { startServices } from '../e2e/services.ts';
import { findTestFiles } from './find-test-files.ts';
import { runTestFiles } from './run-test-files.ts';

const rounds = process.argv[2] ?? '20';
const folder = mkdtempSync(join(tmpdir(), 'foyer-faults-'));
const report = join(folder, 'report.jsonl');
const services = await startServices();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const runs = findTestFiles('e2e/faults').flatMap((file) =>
  ['embedded', 'shared'].map((variant) => ({ file, variant, env: { FOYER_TEST_STORES: variant } })),
);
const { redisUrl, mongodbUri } = services;
const { passed, failed } = await runTestFiles(
  runs,
  { REDIS_URL: redisUrl, MONGODB_URI: mongodbUri, FAULT_ROUNDS: rounds, FAULT_REPORT: report },
  Math.max(1, Number(rounds) / 5),
);
await services.stop();
process.stdout.write(`\n${table(read(report))}\n\n${passed} passed, ${failed} failed\n`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed > 0 ? 1 : 0;

function read(file: string): Row[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Row).sort((a, b) => a.fault.localeCompare(b.fault));
}

function table(rows: Row[]): string {
  const head = [
    'what happened',
    'accounts and sessions in',
    'rounds',
    'accounts acknowledged',
    'lost',
    'codes and tokens tried again',
    'used twice',
    'longest time to a named error',
    'longest recovery',
  ];
  const ms = (value: number | undefined) => (value === undefined ? '' : `${value} ms`);
  const lines = rows.map((row) => [
    row.fault,
    row.stores,
    row.rounds,
    row.accounts,
    row.lost ?? 'not asked',
    row.tried,
    row.usedTwice,
    ms(row.errorMs),
    ms(row.recoveryMs),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
