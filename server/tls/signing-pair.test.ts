import assert from 'node:assert/strict';
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { samlSigningPair } from './signing-pair.ts';

const now = Date.UTC(2026, 1, 28, 12);

test('a pool signs with a pair of RSA 2048 in its own name, for ten years', () => {
  const { chain, key } = samlSigningPair('eu-central-1_Ab12Cd34E', now);
  const certificate = new X509Certificate(chain);
  assert.equal(certificate.subject, 'CN=eu-central-1_Ab12Cd34E');
  assert.equal(certificate.issuer, 'CN=eu-central-1_Ab12Cd34E');
  assert.equal(certificate.ca, false);
  assert.ok(certificate.verify(certificate.publicKey), 'it vouches for itself');
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  assert.equal(certificate.validToDate.toISOString(), '2036-02-28T12:00:00.000Z');
  assert.ok(certificate.validFromDate.getTime() <= now);
  const privateKey = createPrivateKey(key);
  assert.ok(certificate.checkPrivateKey(privateKey));
  const text = Buffer.from('SAMLRequest=a');
  assert.ok(verify('RSA-SHA256', text, certificate.publicKey, sign('RSA-SHA256', text, privateKey)));
});

test('each pair has a key of its own', () => {
  assert.notEqual(samlSigningPair('a_1', now).key, samlSigningPair('a_1', now).key);
});
