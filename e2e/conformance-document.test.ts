import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const docs = join(import.meta.dirname, '..', 'docs');
const rows = readFileSync(join(docs, 'openid-conformance.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!---|case)/.test(line));

test('each case of the certification plans names tests that are there and claim what it says', () => {
  assert.ok(rows.length > 30);
  for (const row of rows) {
    const shown = row.split('|').at(-2) ?? '';
    const parts = shown.split(';');
    for (const part of parts) {
      const ids = [...part.matchAll(/OID-\d+\b/g)].map(([id]) => id);
      const links = [...part.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => join(docs, link));
      assert.ok(ids.length > 0 && links.length > 0, part);
      for (const link of links) {
        assert.ok(existsSync(link), link);
        const titles = readFileSync(link, 'utf8').match(/test\('(?:\\.|[^'\\])*'/g) ?? [];
        for (const id of ids)
          assert.ok(
            titles.some((title) => new RegExp(`\\b${id}\\b`).test(title)),
            `${id} in ${link}`,
          );
      }
    }
  }
});
