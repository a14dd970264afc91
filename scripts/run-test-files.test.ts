import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runTestFiles } from './run-test-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-runner-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const samples: { name: string; body: string; tally: [passed: number, failed: number, skipped: number] }[] = [
  {
    name: 'passing tests count, suites do not',
    body: `describe('s', () => { it('a', () => {}); it('b', () => {}); });`,
    tally: [2, 0, 0],
  },
  {
    name: 'a failing test',
    body: `test('a', () => {}); test('b', () => { throw new Error('no'); });`,
    tally: [1, 1, 0],
  },
  { name: 'a file without a test', body: ``, tally: [0, 1, 0] },
  { name: 'a file that cannot be loaded', body: `throw new Error('no');`, tally: [0, 1, 0] },
  { name: 'a test skipped without a reason', body: `test('a', { skip: true }, () => {});`, tally: [0, 1, 0] },
  {
    name: 'a test skipped with its reason in the title',
    body: `test('a (skipped: needs a mongod)', { skip: true }, () => {});`,
    tally: [0, 0, 1],
  },
  { name: 'a test still to do', body: `test('a', { todo: true }, () => {});`, tally: [0, 1, 0] },
  {
    name: 'a promise that nothing will ever keep',
    body: `test('a', { timeout: 50 }, () => new Promise(() => {}));`,
    tally: [0, 1, 0],
  },
  {
    name: 'an error after its test had passed',
    body: `test('a', () => { setImmediate(() => { throw new Error('late'); }); }); test('b', () => new Promise((done) => setTimeout(done, 20)));`,
    tally: [2, 1, 0],
  },
];

for (const [index, { name, body, tally }] of samples.entries()) {
  test(`the test run counts ${name}`, async () => {
    const file = join(folder, `${index}.test.ts`);
    writeFileSync(
      file,
      `import { describe, it, test } from 'node:test';\n${body}\nexport { describe, it, test };\n`,
    );
    const [passed, failed, skipped] = tally;
    assert.deepEqual(await runTestFiles([{ file }]), { passed, failed, skipped });
  });
}
