import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { redirectUriFault } from '../../configuration/redirect-uris.ts';
import { readQuery } from './raw-query.ts';
import { answerClient } from './response-modes.ts';

const registered = fc
  .tuple(
    fc.constantFrom(
      'https://app.test',
      'https://app.test:8443/cb',
      'http://localhost:3000',
      'myapp://',
      'myapp:/cb',
    ),
    textOf(['/', '?', '&', '=', 'x', '%20', '..', ';', ':', '@']),
  )
  .map((parts) => parts.join(''))
  .filter((uri) => redirectUriFault(uri) === undefined);
const states = fc.oneof(
  anyText().map((text) => encodeURIComponent(text.toWellFormed())),
  textOf(['&code=other', '#', '%', '%0d%0aset-cookie:x', '\r\n', '"><script>', '\\', ' ']),
);

function location(redirectUri: string, channel: 'query' | 'fragment', state: string, code: string): string {
  let given = '';
  const ctx = {
    status: 0,
    body: '',
    set: (name: string, value: string) => {
      if (name === 'Location') given = value;
    },
  };
  answerClient(
    ctx as never,
    { redirectUri, channel, state: readQuery(`state=${state}`).raw('state') },
    { code },
  );
  return given;
}

test('HUI-92 HUI-107 an answer goes to the registered address and nowhere else, in its query or its fragment', () => {
  fc.assert(
    fc.property(
      registered,
      fc.constantFrom('query', 'fragment'),
      states,
      anyText(),
      (uri, channel, state, code) => {
        const to = location(uri, channel, state, code);
        assert.ok(to.startsWith(uri));
        assert.match(to, /^[\x21-\x7e]+$/);
        const [before, after] = [new URL(uri), new URL(to)];
        assert.deepEqual(
          [after.protocol, after.host, after.pathname],
          [before.protocol, before.host, before.pathname],
        );
        const own = before.searchParams.getAll('code').length;
        if (channel === 'query') {
          assert.equal(after.hash, '');
          assert.equal(after.searchParams.getAll('code')[own], code.toWellFormed());
          assert.equal(after.searchParams.getAll('code').length, own + 1);
        } else {
          assert.equal(after.search, before.search);
          assert.equal(new URLSearchParams(after.hash.slice(1)).get('code'), code.toWellFormed());
          assert.equal(new URLSearchParams(after.hash.slice(1)).getAll('code').length, 1);
        }
      },
    ),
  );
});

test('HUI-108 a registered address whose query is a lone question mark keeps it, and the answer follows', () => {
  assert.equal(location('https://app.test/??', 'query', 's', 'c'), 'https://app.test/??&code=c&state=s');
  assert.equal(location('https://app.test/?', 'query', 's', 'c'), 'https://app.test/?code=c&state=s');
  assert.equal(location('https://app.test/?a&', 'query', 's', 'c'), 'https://app.test/?a&code=c&state=s');
});
