import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc } from '../testing/fuzz.ts';
import { afterPrefix, sortable } from './text-order.ts';

const text = fc.oneof(
  anyText(6),
  fc.string({
    unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\ufffd', '\uffff', '\u{10000}', '\u{10ffff}'),
    maxLength: 6,
  }),
);
const byUnits = (a: string, b: string) => (a < b ? -1 : Number(a > b));
/** The order of a database that compares bytes. */
const byPoints = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('texts come in one order, whether bytes or UTF-16 units are compared', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const expected = byPoints(a, b);
      assert.equal(byUnits(sortable(a), sortable(b)), expected);
      assert.equal(byPoints(sortable(a), sortable(b)), expected);
    }),
  );
});

test('what begins with a prefix lies between it and what comes after it, and nothing else does', () => {
  fc.assert(
    fc.property(text, text, fc.boolean(), (prefix, other, joined) => {
      const found = (joined ? prefix + other : other).toWellFormed();
      const end = afterPrefix(prefix);
      const within = byPoints(found, prefix) >= 0 && (end === undefined || byPoints(found, end) < 0);
      assert.equal(within, found.startsWith(prefix.toWellFormed()));
    }),
  );
});
