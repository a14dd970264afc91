import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redirectUriFault } from './redirect-uris.ts';

const accepted = [
  'https://app.test/cb',
  'https://app.test',
  'https://app.test:8443/cb?x=1&y=%20',
  'HTTPS://app.test/cb',
  'http://localhost',
  'http://localhost:3000/cb',
  'http://LOCALHOST:3000/cb',
  'http://127.0.0.1:49152/cb',
  'http://[::1]:49152/cb',
  'myapp://example',
  'myapp://',
  'com.example.app:/signed-in',
];

const refused: [string, string[]][] = [
  ['HUI-19 relative', ['/cb', 'cb', '//app.test/cb', 'app.test/cb', '?x', '://app.test']],
  ['HUI-20 fragment', ['https://app.test/cb#', 'https://app.test/cb#x', 'myapp://example#x']],
  [
    'HUI-21 http beyond loopback',
    [
      'http://app.test/cb',
      'http://localhost.app.test/cb',
      'http://127.0.0.1.app.test/cb',
      'http://10.0.0.1/cb',
      'http://0.0.0.0/cb',
      'http://[::2]/cb',
      'http://app.test:80@localhost/cb',
    ],
  ],
  [
    'ATK-06 schemes that run or show something',
    [
      'javascript:alert(1)',
      'JaVaScript:/*x*/alert(1)',
      'data:text/html,x',
      'DATA:/x',
      'vbscript:/x',
      'file:///etc/passwd',
      'blob:https://app.test/1',
      'view-source:https://app.test',
    ],
  ],
  [
    'ATK-02 a user name before the host',
    ['https://good.test@evil.test/cb', 'https://a@b@evil.test/', 'https://good.test:x@evil.test'],
  ],
  ['ATK-03 wildcards in the host', ['https://*.test/cb', 'https://*']],
  [
    'addresses that browsers and servers read differently',
    [
      'https:/app.test/cb',
      'https:app.test',
      'https:///app.test',
      'https://app.test\\@evil.test',
      'https://',
      'https://?x',
      'https://app.test:99999/cb',
      'https://app .test',
      'https://app.test/\u0000',
      'https://app.test/\n',
      'https://äpp.test/cb',
      'https://app.test/ü',
      'urn:ietf:wg:oauth:2.0:oob',
      'myapp:',
      '',
    ],
  ],
];

test('HUI-21 HUI-22 https, loopback over http and schemes of applications are accepted', () => {
  for (const uri of accepted) assert.equal(redirectUriFault(uri), undefined, uri);
});

for (const [title, uris] of refused)
  test(`${title}: refused`, () => {
    for (const uri of uris) assert.equal(typeof redirectUriFault(uri), 'string', uri);
  });
