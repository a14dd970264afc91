/**
 * Runs test files with node:test, each in a process of its own and two at a time, and counts what they did.
 * A file that fails is shown in full; of one that passes only a line is shown.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './test-reporter.ts';

/** One run of a test file. */
export interface TestRun {
  /** Path below the project's folder. */
  file: string;
  /** Told to the person, when a file runs more than once. */
  variant?: string;
  env?: Record<string, string>;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const CONCURRENCY = 2;
const TEST_LIMIT_MS = 4 * 60_000;
const FILE_LIMIT_MS = 5 * 60_000;
const root = join(import.meta.dirname, '..');

/**
 * @param env what every file's process gets besides the environment of this one.
 * @param patience how many times as long as usual a test may take.
 */
export async function runTestFiles(
  runs: TestRun[],
  env: Record<string, string> = {},
  patience = 1,
): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...runs];
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      const one = await runFile(run, env, patience);
      tally.passed += one.passed;
      tally.failed += one.failed;
      tally.skipped += one.skipped;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return tally;
}

async function runFile(
  { file, variant, env }: TestRun,
  common: Record<string, string>,
  patience: number,
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-test-'));
  const outcomes = join(folder, 'outcomes.jsonl');
  const started = performance.now();
  const { ok, output } = await runNode(file, outcomes, { ...common, ...env }, patience);
  const tests = read(outcomes);
  const tally = count(tests);
  rmSync(folder, { recursive: true, force: true });
  // No test at all, or a failure that no test answers for: an error between two tests, a process that had to be killed.
  const none = tests.length === 0;
  if (tally.failed === 0 && (!ok || none)) tally.failed = 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const name = variant ? `${file} (${variant})` : file;
  const counts = `${tally.passed} passed${tally.failed ? `, ${tally.failed} failed` : ''}`;
  process.stdout.write(`${tally.failed ? 'FAILED ' : 'ok     '} ${name}  ${counts}, ${seconds} s\n`);
  const complaints = [...tests.filter(hasFailed).map(describe), ...(none ? ['It ran no test.'] : []), output];
  if (tally.failed) process.stdout.write(indent(complaints.join('\n')));
  return tally;
}

function runNode(file: string, outcomes: string, env: Record<string, string>, patience: number) {
  const reporters = [
    `--test-reporter=${join(root, 'scripts', 'test-reporter.ts')}`,
    `--test-reporter-destination=${outcomes}`,
  ];
  // Without isolation the file's tests run in this one child, not in a grandchild: half the processes to start.
  const args = [
    '--test',
    '--test-isolation=none',
    `--test-timeout=${TEST_LIMIT_MS * patience}`,
    ...reporters,
    file,
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env, NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // The group holds what the file started too. A browser ends itself on SIGTERM and would outlive SIGKILL.
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, name);
  };
  const terminate = () => signal('SIGTERM');
  let killed = false;
  const limitMs = FILE_LIMIT_MS * patience;
  const limit = setTimeout(() => {
    killed = true;
    output += `\nKilled: the file ran for more than ${limitMs / 60_000} minutes.\n`;
    terminate();
  }, limitMs);
  const kill = setTimeout(() => signal('SIGKILL'), limitMs + 5_000);
  process.on('exit', terminate);
  return new Promise<{ ok: boolean; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      clearTimeout(kill);
      process.off('exit', terminate);
      resolve({ ok: code === 0 && !killed, output });
    });
  });
}

function read(outcomes: string): Outcome[] {
  try {
    const lines = readFileSync(outcomes, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  } catch {
    // Killed before, or while, it wrote: what is not on record did not pass.
    return [];
  }
}

/** A skipped test must say why in its title, so that a test which nobody runs cannot pass for one that does. */
const hasReason = ({ title }: Outcome) => /\(skipped: .+\)$/.test(title);
const hasFailed = (test: Outcome) => !test.passed || (test.skipped && !hasReason(test));

function count(outcomes: Outcome[]): Tally {
  const failed = outcomes.filter(hasFailed).length;
  const skipped = outcomes.filter((test) => test.skipped && !hasFailed(test)).length;
  return { passed: outcomes.length - failed - skipped, failed, skipped };
}

function describe({ title, error }: Outcome): string {
  return `${title}\n${indent(error ?? 'Skipped, or to do, and its title does not end in "(skipped: <reason>)".')}`;
}

function indent(text: string): string {
  return `${text.trimEnd().replace(/^(?=.)/gm, '    ')}\n`;
}
