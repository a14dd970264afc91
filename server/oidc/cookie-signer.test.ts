import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { cookieSigner } from './cookie-signer.ts';

test('what was signed is verified, and nothing else', () => {
  const key = randomBytes(32);
  const signer = cookieSigner(key);
  const signature = signer.sign('session=abc');
  assert.equal(cookieSigner(key).verify('session=abc', signature), true);
  assert.equal(signer.index('session=abc', signature), 0);
  const others = [
    signature.slice(1),
    `${signature}A`,
    '',
    `${signature.slice(0, -1)}é`,
    signer.sign('session=abd'),
  ];
  for (const other of others) {
    assert.equal(signer.verify('session=abc', other), false, other);
    assert.equal(signer.index('session=abc', other), -1, other);
  }
  assert.equal(cookieSigner(randomBytes(32)).verify('session=abc', signature), false);
});
