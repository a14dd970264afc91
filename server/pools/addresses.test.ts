import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesOf, domainNamed } from './addresses.ts';

const plain = { publicUrl: 'http://localhost:9400' };
const suffixed = { publicUrl: 'https://id.example.com:8443', domainSuffix: 'auth.example' };
const prefix = { id: 'acme', record: { kind: 'prefix' as const } };

test('a prefix domain answers below the public URL', () => {
  assert.deepEqual(addressesOf(plain, 'eu-central-1', prefix), [
    { base: 'http://localhost:9400/acme', origin: 'http://localhost:9400', mountPath: '/acme' },
  ]);
});

test('with a suffix it answers at a host of its own too, and shows that one first', () => {
  assert.deepEqual(
    addressesOf(suffixed, 'eu-central-1', prefix).map((at) => at.base),
    ['https://acme.auth.eu-central-1.auth.example:8443', 'https://id.example.com:8443/acme'],
  );
});

test('a custom domain answers at its own host', () => {
  const custom = { id: 'login.acme.com', record: { kind: 'custom' as const } };
  assert.deepEqual(addressesOf(plain, 'eu-central-1', custom), [
    { base: 'http://login.acme.com:9400', origin: 'http://login.acme.com:9400', mountPath: '' },
  ]);
});

test('HUI-03 the host names the domain and its region', () => {
  assert.deepEqual(domainNamed(suffixed, 'acme.auth.eu-central-1.auth.example:8443', '/login'), [
    { domain: 'acme', region: 'eu-central-1', byPath: false },
  ]);
});

test('the first part of the path names the domain, whatever the host', () => {
  assert.deepEqual(domainNamed(plain, 'localhost:9400', '/acme/oauth2/token'), [
    { domain: 'acme', byPath: true },
  ]);
  assert.deepEqual(domainNamed(plain, 'foyer:9400', '/acme'), [{ domain: 'acme', byPath: true }]);
});

test('a foreign host may be a custom domain, and nothing else makes one of a strange path', () => {
  assert.deepEqual(domainNamed(plain, 'login.acme.com', '/login'), [
    { domain: 'login.acme.com', byPath: false },
    { domain: 'login', byPath: true },
  ]);
  for (const path of ['/', '//acme', '/ACME/login', '/acme%2f', '/../acme'])
    assert.deepEqual(domainNamed(plain, 'localhost:9400', path), [], path);
});
