import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { Refusal } from '../../errors.ts';
import { parseFilter } from './parse-filter.ts';

test('USR-108 whatever the value, quoting and reading give it back', () => {
  fc.assert(
    fc.property(anyText(), fc.constantFrom('"', "'"), (value, quote) => {
      const quoted = value.replace(/["'\\]/g, '\\$&');
      assert.equal(parseFilter(`name ^= ${quote}${quoted}${quote}`)?.value, value);
    }),
  );
});

test('USR-107 whatever the text, it is read or refused', () => {
  fc.assert(
    fc.property(textOf(['name', 'status', '=', '^=', ' ', '"', "'", '\\', '\n', 'and']), (text) => {
      try {
        const filter = parseFilter(text);
        assert.equal(filter === undefined, text.trim() === '');
      } catch (error) {
        assert.ok(error instanceof Refusal && error.reason === 'invalid-parameter');
      }
    }),
  );
});
