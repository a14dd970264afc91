import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { answerExchange, claimSignature, readClientPublic, sharedKey } from './exchange.ts';
import { G, N } from './group.ts';
import { modExp } from './mod-exp.ts';
import { makeVerifier } from './verifier.ts';

/** What the official JavaScript client computes from these numbers; computed again with Python's `pow` and `hmac`. */
const identity = { group: 'AbCd12345', user: '6f3c1d2e-8b47-4c1a-9e55-0a7b2c3d4e5f' };
const password = 'Corr3ct-Horse!';
const clientPrivate = BigInt(`0x${'00112233445566778899aabbccddeeff'.repeat(8)}`);
const serverPrivate = BigInt(`0x${'ffeeddccbbaa99887766554433221100'.repeat(8)}`);
const secretBlock = Uint8Array.from({ length: 32 }, (_, index) => index);
const timestamp = 'Tue Mar 5 09:07:03 UTC 2019';

const VECTORS = [
  {
    ids: 'SEC-53 SEC-59',
    what: 'a salt of sixteen bytes, and B with an odd number of digits',
    salt: 0xf0e1d2c3b4a5968778695a4b3c2d1e0fn,
    serverPublic: '4314239514194316966440118cffc1a04b95c96477cc4bd7347b338627820aef',
    digits: 767,
    scramble: '7d9456ae4b0d15edc9132350d9f62c30c4dc9f0a3ad8d8153ece0d15b4fc8803',
    key: '6418e5238900840c848a68156e4cd3f6',
    signature: 'H41FwHvbOwRIepIvJ2Jq57nBQBv6SlJeqAaAhoFFbIQ=',
  },
  {
    ids: 'SEC-54',
    what: 'a salt that begins with zero bytes',
    salt: 0x00000102030405060708090a0b0c0d0en,
    serverPublic: '46fa3f5c961c33f1bd53559afaf49e470b56b111c45f5550f74901b748b08e73',
    digits: 768,
    scramble: 'f9789f5155e6ca74171ca26f3894c797ba44ed77a6d8e01ac5d1a5ce413343d5',
    key: '74ec27505ffe80aa7564ecdf49ebcdb5',
    signature: 'APdiDn+p8FEa+sjrF/NLZWKuTncp4Lk+61x8ZkCP/+g=',
  },
];

for (const vector of VECTORS)
  test(`${vector.ids} both sides come to one key and one signature: ${vector.what}`, async () => {
    const clientPublic = await modExp(G, clientPrivate);
    const { verifier } = await makeVerifier(identity, password, vector.salt);
    const exchange = { clientPublic, serverPrivate, verifier };
    const { serverPublic, scramble } = await answerExchange(exchange);
    assert.equal(serverPublic.toString(16).length, vector.digits);
    assert.equal(createHash('sha256').update(serverPublic.toString(16)).digest('hex'), vector.serverPublic);
    assert.equal(scramble.toString(16), vector.scramble);
    const key = await sharedKey({ ...exchange, scramble });
    assert.equal(key.toString('hex'), vector.key);
    assert.equal(claimSignature(key, identity, secretBlock, timestamp).toString('base64'), vector.signature);
  });

test('SEC-61 multiples of N, what is larger than the group and what is no number are not taken', () => {
  for (const bad of [
    '',
    '0',
    '00',
    N.toString(16),
    (N * 2n).toString(16),
    (N + 5n).toString(16),
    '0x12',
    '-1',
    'xyz',
    ' 1',
  ])
    assert.equal(readClientPublic(bad), undefined, bad.slice(0, 10));
  assert.equal(readClientPublic('f'.repeat(100_000)), undefined);
  assert.equal(readClientPublic('0'.repeat(100_000)), undefined);
  assert.equal(readClientPublic('00Ab'), 0xabn);
  assert.equal(readClientPublic((N - 1n).toString(16)), N - 1n);
});
