/**
 * Node's test runner loads this into each test file's process. It writes one JSON line per test for
 * `run-test-files.ts`, and ends a process that does not end by itself once its tests are done.
 */

import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** One test as the counting side reads it. */
export interface Outcome {
  title: string;
  passed: boolean;
  /** It was skipped, or marked as to do, which runs it without believing the result. */
  skipped: boolean;
  /** Why it failed, with the stack. */
  error?: string;
}

const LEFT_OPEN_MS = 15_000;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let open = 0;
  let leftovers: NodeJS.Timeout | undefined;
  for await (const { type, data } of source) {
    if (type === 'test:enqueue' && data.nesting === 0) open += 1;
    if (type === 'test:complete' && data.nesting === 0) open -= 1;
    clearTimeout(leftovers);
    if (open === 0) leftovers = setTimeout(endLeftovers, LEFT_OPEN_MS).unref();
    // The count at the end is ours to say; the rest tells of errors that belong to no test.
    if (type === 'test:diagnostic' && !/^[a-z_]+ [\d.]+$/.test(data.message)) console.error(data.message);
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue;
    const passed = type === 'test:pass';
    // A file that declares no test is reported as one test that passes and is named after the file.
    if (passed && data.file && resolve(data.name) === data.file) continue;
    const skipped = Boolean(data.skip) || Boolean(data.todo);
    const error = passed ? undefined : describe(data.details.error);
    yield `${JSON.stringify({ title: data.name, passed, skipped, error } satisfies Outcome)}\n`;
  }
}

/** The runner wraps what a test threw; where it complains itself, of a timeout for one, its stack says nothing. */
function describe(error: Error & { code?: string }): string {
  if (error.code !== 'ERR_TEST_FAILURE') return inspect(error);
  return error.cause instanceof Error ? inspect(error.cause) : String(error.cause ?? error.message);
}

/** A server, timer or child that a test forgot keeps the process alive: say what it is instead of hanging for minutes. */
function endLeftovers(): void {
  const resources = process.getActiveResourcesInfo().join(', ');
  console.error(`The tests are done, but the process does not end. Still open: ${resources}`);
  process.exit(1);
}
