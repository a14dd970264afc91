import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { linksOf, originalQuery } from './links.ts';

const base = 'https://id.example.com/acme';
const queries = textOf([
  'client_id=x',
  'state',
  '=',
  '&',
  '%26',
  'interaction',
  'interaction=other',
  '%',
  '"',
  "'",
  '+',
  '/',
  '?',
  '//evil.test',
]);

test('every page of a sign-in is below the address of the pool, and knows the sign-in and what began it', () => {
  fc.assert(
    fc.property(anyText(), queries, (text, query) => {
      const uid = text.toWellFormed();
      for (const link of Object.values(linksOf({ base, mountPath: '/acme' }, { uid, query }))) {
        const url = new URL(link, base);
        assert.equal(url.origin, 'https://id.example.com');
        assert.ok(url.pathname.startsWith('/acme/'));
        assert.equal(url.searchParams.get('interaction'), uid);
        if (query) assert.ok(link.endsWith(`&${query}`));
      }
    }),
  );
});

test('what began a sign-in is found again in the address of its pages, without the sign-in', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const asked = originalQuery(`interaction=uid&${query}`);
      // The standard takes a question mark at the start away.
      const expected = new URLSearchParams(`&${query}`);
      expected.delete('interaction');
      if (asked === undefined) return assert.ok(!/(^|&)client_id=/.test(query));
      assert.deepEqual([...new URLSearchParams(`&${asked}`)], [...new URLSearchParams(`&${expected}`)]);
    }),
  );
});
