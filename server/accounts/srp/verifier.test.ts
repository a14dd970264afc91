import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { G, K, N, pad } from './group.ts';
import { modExp } from './mod-exp.ts';
import { makeVerifier, privateKeyOf } from './verifier.ts';

/** Of the number as the clients write it: hexadecimal digits without zeros in front. */
const digest = (number: bigint) => createHash('sha256').update(number.toString(16)).digest('hex');

const identity = { group: 'AbCd12345', user: '6f3c1d2e-8b47-4c1a-9e55-0a7b2c3d4e5f' };
const password = 'Corr3ct-Horse!';

test('SEC-52 the group is the prime of 3072 bits of RFC 3526 with generator 2', () => {
  const hex = N.toString(16);
  assert.equal(hex.length * 4, 3072);
  assert.match(hex, /^f{16}c90fdaa22168c234.*a93ad2caf{16}$/);
  assert.equal(G, 2n);
  assert.equal(K.toString(16), '538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6');
});

test('numbers are hashed as two’s complement, as short as they can be', () => {
  for (const [number, hex] of [
    [0n, '00'],
    [0x7fn, '7f'],
    [0x80n, '0080'],
    [0x123n, '0123'],
    [0xabcn, '0abc'],
    [0xffffn, '00ffff'],
  ] as const)
    assert.equal(pad(number).toString('hex'), hex);
});

test('powers agree with arithmetic by hand', async () => {
  assert.equal(await modExp(2n, 1n), 2n);
  assert.equal(await modExp(2n, 10n), 1024n);
  assert.equal(await modExp(12345678901234567890n, 3n), 12345678901234567890n ** 3n);
  assert.equal(await modExp(N - 2n, 2n), 4n);
  assert.equal(await modExp(5n, 2000n), 5n ** 2000n % N);
});

test('SEC-53 the verifier of a password is the one that the official client stands for', async () => {
  const salt = 0xf0e1d2c3b4a5968778695a4b3c2d1e0fn;
  assert.equal(
    privateKeyOf(identity, password, salt).toString(16),
    'e213c9a31573d9abfee8638710a560f5ffd745dbe6a855c8cf52f4b9d69f7b76',
  );
  const { verifier } = await makeVerifier(identity, password, salt);
  assert.equal(digest(verifier), 'a20f7923be7d0f72a216b38c4e2119214cba47d3db38cdbb5482ca6f1fc14937');
});

test('SEC-54 a salt that begins with zero bytes is hashed without them', async () => {
  const { verifier } = await makeVerifier(identity, password, 0x00000102030405060708090a0b0c0d0en);
  assert.equal(digest(verifier), '96e2311b6a6c2d84d4f7e8154e4437a37450a7a84444430a2ed6e8f66d50e1de');
});

test('a verifier made twice has two salts', async () => {
  const [one, other] = await Promise.all([
    makeVerifier(identity, password),
    makeVerifier(identity, password),
  ]);
  assert.notEqual(one.salt, other.salt);
  assert.notEqual(one.verifier, other.verifier);
});
