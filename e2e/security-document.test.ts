import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ADDRESS_WINDOW_MS, DEFAULT_LIMITS, POOL_WINDOW_MS } from '../server/settings/limits.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const promises = read('docs/security.md');

test('what the promises about security name is there', () => {
  for (const page of ['docs/security.md', 'SECURITY.md']) {
    const links = [...read(page).matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 1, page);
    for (const link of links)
      assert.ok(existsSync(join(root, dirname(page), link)), `${page} names ${link}, which is not there`);
  }
});

test('every promise in a table names a test that proves it', () => {
  const rows = promises.split('\n').filter((line) => /^\| (?!---|promise|what \||size)/.test(line));
  assert.ok(rows.length > 25);
  for (const row of rows) assert.match(row, /\]\(\.\.\/[\w/.-]+\.test\.ts\)[^|]* \|$/, row);
});

test('the numbers of limits are those that hold without a setting', () => {
  const row = (setting: string) => promises.split('\n').find((line) => line.includes(setting)) ?? '';
  const text = (count: number) => new RegExp(`\\b${count.toLocaleString('en')}\\b`);
  const limits = [
    ['FOYER_LIMIT_GUESSES_*', DEFAULT_LIMITS.guesses],
    ['FOYER_LIMIT_SIGN_UPS_*', DEFAULT_LIMITS['sign-ups']],
    ['FOYER_LIMIT_MESSAGES_*', DEFAULT_LIMITS.messages],
  ] as const;
  for (const [setting, { perAddress, perPool }] of limits) {
    assert.match(row(setting), text(perAddress), setting);
    assert.match(row(setting), text(perPool), setting);
  }
  const failures = DEFAULT_LIMITS['client-failures'];
  assert.match(row('FOYER_LIMIT_CLIENT_FAILURES_PER_ADDRESS'), text(failures.perAddress));
  assert.deepEqual([ADDRESS_WINDOW_MS, POOL_WINDOW_MS, failures.perPool], [15 * 60_000, 60_000, 0]);
});
