import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assetUrl } from './assets.ts';

test('the address of a file changes with its content only', () => {
  const url = assetUrl('/acme', 'foyer.css');
  assert.match(url, /^\/acme\/assets\/foyer\.css\?v=[\w-]{12}$/);
  assert.equal(assetUrl('', 'foyer.css'), url.replace('/acme', ''));
});

test('a page that names a file which is not there is a fault of the program', () => {
  assert.throws(() => assetUrl('', '../package.json'), /no static file/);
});

test('the scripts of a hosted page stay under 5 kB', () => {
  assert.ok(readFileSync(new URL('../../public/foyer.js', import.meta.url)).length < 5000);
});
