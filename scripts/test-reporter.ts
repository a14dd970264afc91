/**
 * Node's test runner loads this into each test file's process. It writes one JSON line per test for
 * `run-test-files.ts`, and ends a process that does not end by itself once its tests are done.
 */

import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** One test as the counting side reads it. */
export interface Outcome {
  title: string;
  passed: boolean;
  /** It was skipped, or marked as to do, which runs it without believing the result. */
  skipped: boolean;
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

    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue;
    const passed = type === 'test:pass';
    // A file that declares no test is reported as one test that passes and is named after the file.
    if (passed && data.file && resolve(data.name) === data.file) continue;
    const skipped = Boolean(data.skip) || Boolean(data.todo);
    yield `${JSON.stringify({ title: data.name, passed, skipped } satisfies Outcome)}\n`;
  }
}

/** A server, timer or child that a test forgot keeps the process alive: say what it is instead of hanging for minutes. */
function endLeftovers(): void {
  const resources = process.getActiveResourcesInfo().join(', ');
  console.error(`The tests are done, but the process does not end. Still open: ${resources}`);
  process.exit(1);
}
