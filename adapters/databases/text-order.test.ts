import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterPrefix, sortable } from './text-order.ts';

const CHARACTERS = [
  '',
  '\u0000',
  'a',
  '\u007f',
  'é',
  '\ud7ff',
  '\ue000',
  '\ufffd',
  '\uffff',
  '\u{10000}',
  '\u{1f600}',
  '\u{10ffff}',
];
/** Every text of up to two of them. */
const TEXTS = CHARACTERS.flatMap((a) => CHARACTERS.map((b) => a + b));
const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const byUnit = (a: string, b: string) => (a < b ? -1 : Number(a > b));

test('sortable texts compare by code point, for engines of either kind', () => {
  for (const a of TEXTS) {
    for (const b of TEXTS) {
      const expected = Math.sign(byCodePoint(a, b));
      const [x, y] = [sortable(a), sortable(b)];
      if (byUnit(x, y) !== expected || Math.sign(byCodePoint(x, y)) !== expected) {
        assert.fail(`${JSON.stringify(a)} and ${JSON.stringify(b)} are in the wrong order`);
      }
    }
  }
});

test('sortable keeps common texts as they are', () => {
  for (const text of ['mia@example.com', '+491701234567', 'Mía Reyes', '名前'])
    assert.equal(sortable(text), text);
});

test('afterPrefix lies behind all that begins with the prefix, and before all else that is behind it', () => {
  for (const prefix of TEXTS) {
    const end = afterPrefix(prefix);
    for (const text of TEXTS) {
      const inside = byCodePoint(text, prefix) >= 0 && (end === undefined || byCodePoint(text, end) < 0);
      if (inside !== text.startsWith(prefix)) {
        assert.fail(`${JSON.stringify(text)} and the prefix ${JSON.stringify(prefix)}`);
      }
    }
  }
});
