import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { makeAuthority } from './authority.ts';
import { checkPair, readChain, UnusableCertificate } from './certificate-pair.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-05T10:00:00Z');
const validity = { validFrom: NOW - DAY, validTo: NOW + 90 * DAY };
const authority = makeAuthority('Authority of the tests', validity);
const pair = authority.issue({ names: ['auth.acme.test', '*.pool.test', '127.0.0.1', '::1'], ...validity });
const other = authority.issue({ names: ['other.test'], ...validity });

function faultOf(chain: string, key: string, now = NOW): string {
  try {
    checkPair({ chain, key }, now);
  } catch (error) {
    assert.ok(error instanceof UnusableCertificate);
    assert.doesNotMatch(`${error.message}${error.cause}`, /PRIVATE|MII/, 'shows nothing of the key');
    return error.message;
  }
  return assert.fail('the pair was accepted');
}

test('a good pair says what it is for and until when, alone and with its chain', () => {
  for (const chain of [pair.chain, `${pair.chain}\nnoted by hand\n${authority.certificate}`]) {
    const facts = checkPair({ chain, key: pair.key }, NOW);
    assert.deepEqual(facts.names, ['auth.acme.test', '*.pool.test', '127.0.0.1', '0:0:0:0:0:0:0:1']);
    assert.deepEqual([facts.validFrom, facts.validTo], [validity.validFrom, validity.validTo]);
  }
});

test('a wildcard covers one label, and a name only itself', () => {
  const { covers } = readChain(pair.chain);
  for (const host of ['auth.acme.test', 'a.pool.test', '127.0.0.1', '::1']) assert.ok(covers(host), host);
  for (const host of [
    'acme.test',
    'x.auth.acme.test',
    'pool.test',
    'a.b.pool.test',
    '127.0.0.2',
    'other.test',
  ])
    assert.ok(!covers(host), host);
});

test('a common name alone covers nothing', () => {
  const nameless = authority.issue({ names: [], ...validity });
  assert.equal(faultOf(nameless.chain, nameless.key), 'names no host (subject alternative name)');
});

test('the key must be of the certificate, in the clear, and a key', () => {
  assert.equal(faultOf(pair.chain, other.key), 'does not fit its key');
  const locked = createPrivateKey(pair.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();
  assert.match(faultOf(pair.chain, locked), /passphrase/);
  assert.match(faultOf(pair.chain, pair.chain), /cannot be read/);
  assert.match(faultOf(pair.chain, pair.key.replace('MII', 'AAA')), /cannot be read/);
  assert.match(faultOf(pair.chain, ''), /cannot be read/);
});

test('other kinds of files are no chain', () => {
  assert.match(faultOf(pair.key, pair.key), /holds no certificate/);
  assert.match(faultOf('', pair.key), /holds no certificate/);
  assert.match(faultOf(pair.chain.replace('MII', 'AAA'), pair.key), /certificate 1 of the chain/);
  assert.match(faultOf(pair.chain.repeat(11), pair.key), /more than 10/);
  assert.match(faultOf('x'.repeat(200_000), pair.key), /too long/);
});

test('a chain whose certificates do not vouch for each other is refused', () => {
  assert.match(faultOf(authority.certificate + pair.chain, pair.key), /out of order/);
  const stranger = makeAuthority('Stranger', validity);
  assert.match(faultOf(pair.chain + stranger.certificate, pair.key), /certificate 2 did not issue/);
  // The same name is not enough: the signature counts.
  const impostor = makeAuthority('Authority of the tests', validity);
  assert.match(faultOf(pair.chain + impostor.certificate, pair.key), /certificate 2 did not issue/);
});

test('a certificate is refused before its time and from its end on', () => {
  assert.equal(faultOf(pair.chain, pair.key, validity.validTo), 'has expired on 2027-02-03');
  assert.doesNotThrow(() => checkPair(pair, validity.validTo - 1));
  assert.equal(faultOf(pair.chain, pair.key, validity.validFrom - DAY), 'is not valid before 2026-11-04');
  assert.doesNotThrow(() => checkPair(pair, validity.validFrom - 60_000), 'clocks differ by a minute');
});
