import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { acceptedLanguages, CATALOGUES, pickTexts, say } from './texts.ts';

const tag = fc.stringMatching(/^[a-z]{2}(-[A-Z]{2})?$/);

test('the best comes first, and of equals the one that was written first; what weighs nothing is left out', () => {
  const weighted = fc.array(
    fc.tuple(tag, fc.integer({ min: 0, max: 10 }), fc.constantFrom(';q=', ' ; q=', ';a=b;q=')),
  );
  fc.assert(
    fc.property(weighted, (list) => {
      const header = list.map(([tag, weight, q]) => `${tag}${q}${weight / 10}`).join(', ');
      const expected = list.toSorted(([, a], [, b]) => b - a).filter(([, weight]) => weight > 0);
      assert.deepEqual(
        acceptedLanguages(header),
        expected.map(([tag]) => tag),
      );
    }),
  );
});

test('whatever the header says, there is a language to speak', () => {
  const near = textOf([
    'en',
    'de-DE',
    '*',
    ';',
    'q=',
    'q=1',
    'q=NaN',
    'q=-1',
    '0.5',
    ',',
    ' ',
    '\t',
    '__proto__',
  ]);
  fc.assert(
    fc.property(fc.oneof(near, anyText()), (header) => {
      const tags = acceptedLanguages(header);
      assert.ok(tags.every((tag) => tag.trim() === tag && tag !== '' && tag !== '*'));
      assert.ok(Object.values(CATALOGUES).includes(pickTexts(tags)));
    }),
  );
});

test('values are put into a text once: what looks like a placeholder in them stays', () => {
  const text = textOf(['{name}', '{other}', '{', '}', '$&', 'Hello ']);
  fc.assert(
    fc.property(text, anyText(), (text, name) => {
      assert.equal(say(text, { name: `{name}${name}` }), text.split('{name}').join(`{name}${name}`));
    }),
  );
});

test('a header of spaces is read in one pass: by a pattern that tries each anew, this test would not end', () => {
  const spaces = ' '.repeat(2_000_000);
  assert.deepEqual(acceptedLanguages(`de${spaces};q=1`), ['de']);
  assert.equal(acceptedLanguages(`de${spaces}x`).length, 1);
});
