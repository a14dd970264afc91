import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { censor, HIDDEN } from './log.ts';

test('secrets are replaced in a record, in what it holds and in what that holds', () => {
  const censored = censor({
    user: 'mina',
    password: 'a',
    request: { ClientSecret: 'b', headers: { authorization: 'c', host: 'd' } },
    codes: [{ code: 'e', at: 1 }],
  });
  assert.deepEqual(censored, {
    user: 'mina',
    password: HIDDEN,
    request: { ClientSecret: HIDDEN, headers: { authorization: HIDDEN, host: 'd' } },
    codes: [{ code: HIDDEN, at: 1 }],
  });
});

test('what is logged is left as it was', () => {
  const record = { token: 'a', inner: { code: 'b' } };
  censor(record);
  assert.deepEqual(record, { token: 'a', inner: { code: 'b' } });
  const harmless = { method: 'GET', at: new Date(0), nothing: null };
  assert.equal(censor(harmless), harmless);
});

/** What a process that logs so has written once it has ended. */
function linesOf(program: string): { requestId?: string; msg: string }[] {
  const script = `
    import { openLog, writeLine } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
    const log = openLog('info');
    ${program}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const messages = (program: string) => linesOf(program).map(({ msg }) => msg);

test('lines are written in their order, also those of the turn in which a process ends', () => {
  assert.deepEqual(messages(`log.info('a'); log.child({}).info('b'); log.info('c')`), ['a', 'b', 'c']);
  assert.deepEqual(messages(`log.info('a'); log.info('b'); process.exit()`), ['a', 'b']);
  assert.deepEqual(messages(`log.info('a'); throw new Error('not expected')`), ['a']);
});

test('a line that is written past the logger is the line that the logger writes, also of a record that says nothing', () => {
  const records = [
    `{ requestId: 'a"b', status: 200, missing: undefined, nothing: null, inner: { password: 'p' } }`,
    '{}',
    '{ missing: undefined }',
  ];
  for (const record of records) {
    const lines = linesOf(`
      for (const logger of [log, log.child({ audit: true })]) {
        logger.info(${record}, 'audit');
        writeLine(logger, ${record}, 'audit');
      }
      log.level = 'warn';
      writeLine(log, ${record}, 'audit');`).map((line) => ({ ...line, time: 'then' }));
    assert.equal(lines.length, 4);
    assert.deepEqual(lines[1], lines[0]);
    assert.deepEqual(Object.keys(lines[1] ?? {}), Object.keys(lines[0] ?? {}));
    assert.deepEqual(lines[3], lines[2]);
    assert.deepEqual(Object.keys(lines[3] ?? {}), Object.keys(lines[2] ?? {}));
  }
});
