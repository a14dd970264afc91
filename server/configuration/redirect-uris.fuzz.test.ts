import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { redirectUriFault } from './redirect-uris.ts';

const authority = textOf([
  ...['app.test', 'localhost', '127.0.0.1', '[::1]', '[', ']', '::ffff:7f00:1', '0x7f.1', '2130706433'],
  ...['@', ':', ':80', ':0', ':65536', '*', '.', '..', '%2e', '%40', '%00', 'evil.test', '\\', 'ｌ', '。'],
]);
const rest = textOf([
  '/',
  '//',
  '..',
  '..;',
  '%2e%2e',
  '?',
  '#',
  '&',
  '=',
  'x',
  ' ',
  '\t',
  '\n',
  '\0',
  '\\',
  'ü',
]);
const scheme = fc.oneof(
  fc.mixedCase(fc.constantFrom('https', 'http', 'javascript', 'data', 'vbscript', 'file', 'blob', 'mailto')),
  fc.mixedCase(fc.constantFrom('about', 'ws', 'view-source', 'intent', 'myapp', 'com.example.app')),
  fc.constantFrom('', 'java\tscript', ' https', 'https ', '0app', 'my app'),
);
const slashes = fc.constantFrom('://', '://', ':/', ':', ':///', ':\\\\', '//', '');
const uris = fc.oneof(
  fc.tuple(scheme, slashes, authority, rest).map((parts) => parts.join('')),
  fc.webUrl({ withQueryParameters: true }),
  anyText(),
);
/** Those that a client may register; one in five of what is made. */
const accepted = uris.filter((uri) => redirectUriFault(uri) === undefined);

test('whatever is given, the answer is undefined or a clause that can follow it', () => {
  fc.assert(
    fc.property(uris, (uri) => {
      const fault = redirectUriFault(uri);
      assert.ok(fault === undefined || /^(is|must|cannot) [^\n]+\.$/.test(fault), fault);
    }),
  );
});

test('ATK-02 ATK-03 what is accepted names one host, without user, wildcard or fragment, also as a browser reads it', () => {
  fc.assert(
    fc.property(accepted, (uri) => {
      const url = new URL(uri);
      assert.match(uri, /^[\x21-\x7e]+$/);
      assert.equal(url.hash, '');
      assert.equal(uri.toLowerCase().startsWith(url.protocol), true);
      if (!/^https?:$/.test(url.protocol)) return;
      assert.equal(url.username + url.password, '');
      assert.notEqual(url.hostname, '');
      assert.doesNotMatch(decodeURIComponent(url.hostname), /[*@\\/]/);
    }),
  );
});

test('ATK-05 ATK-06 what is accepted opens nothing but https, this very machine or an application', () => {
  fc.assert(
    fc.property(accepted, (uri) => {
      const { protocol, hostname } = new URL(uri);
      assert.doesNotMatch(
        protocol,
        /^(javascript|data|vbscript|file|blob|about|view-source|intent|mailto|wss?):$/,
      );
      // All of 127.0.0.0/8 would be this machine too; only the address that is written in RFC 8252 is taken.
      if (protocol === 'http:') assert.match(hostname, /^(localhost|127\.0\.0\.1|\[::1\])$/);
    }),
  );
});
