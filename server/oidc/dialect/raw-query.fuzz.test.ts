import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { readQuery } from './raw-query.ts';

/** Characters of an address as they come off the wire: ASCII, encoded well, badly and not at all. */
const queries = textOf([
  ...['state', 'scope', 'interaction', '%73tate', 'inter%61ction', '=', '==', '&', '&&', '+', '?', '#', '"'],
  ...[
    '%',
    '%2',
    '%20',
    '%26',
    '%3D',
    '%00',
    '%0d%0a',
    '%E4%BD%A0',
    '%C3',
    '%ff',
    '%zz',
    '<script>',
    "'",
    '\\',
  ],
]);
/** Bytes that are no ASCII reach us one by one. */
const bytes = fc
  .array(fc.integer({ min: 0x21, max: 0xff }), { maxLength: 20 })
  .map((values) => `state=${String.fromCharCode(...values)}`);
/** The standard's reader; it takes a leading `?` away, which we never see. */
const standard = (query: string) => new URLSearchParams(`&${query}`);

test('a parameter reads as the standard reads it, and one without a value counts as left out', () => {
  fc.assert(
    fc.property(queries, fc.constantFrom('state', 'scope', 'nothing'), (query, name) => {
      assert.equal(readQuery(query).get(name), standard(query).get(name) || undefined);
    }),
  );
});

test('what is said twice is seen, however it is written', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const expected = ['state', 'scope'].find((name) => standard(query).getAll(name).length > 1);
      assert.equal(readQuery(query).repeated(['state', 'scope']), expected);
    }),
  );
});

test('HUI-105 whatever the state, it comes back byte for byte unless an address cannot hold it, and reads the same', () => {
  fc.assert(
    fc.property(anyText(), (state) => {
      const written = encodeURIComponent(state.toWellFormed());
      assert.equal(readQuery(`a=b&state=${written}`).raw('state'), `=${written}`);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(queries, bytes), (query) => {
      const raw = readQuery(query).raw('state');
      const all = standard(query).getAll('state');
      if (all.length !== 1) return assert.equal(raw, undefined);
      assert.match(raw ?? '', /^=[\w.~:/?[\]@!$'()*+,;=%-]*$/);
      if (/^[\x21-\x7e]*$/.test(query)) assert.equal(standard(`state${raw}`).get('state'), all[0]);
    }),
  );
});

test('our own parameter is never among what an application sent, and the rest stays as it was', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const { text } = readQuery(query);
      assert.equal(standard(text).has('interaction'), false);
      assert.equal(readQuery(text).text, text);
      assert.deepEqual(standard(text).getAll('state'), standard(query).getAll('state'));
    }),
  );
});
