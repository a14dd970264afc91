import assert from 'node:assert/strict';
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeSigningPair } from './authority.ts';

const validity = { validFrom: Date.UTC(2026, 1, 28, 12), validTo: Date.UTC(2036, 1, 28, 12) };

test('a pair that signs is of RSA 2048, in the name that is given, and vouches for itself alone', () => {
  const { chain, key } = makeSigningPair('eu-central-1_Ab12Cd34E', validity);
  const certificate = new X509Certificate(chain);
  assert.equal(certificate.subject, 'CN=eu-central-1_Ab12Cd34E');
  assert.equal(certificate.issuer, 'CN=eu-central-1_Ab12Cd34E');
  assert.equal(certificate.ca, false);
  assert.ok(certificate.verify(certificate.publicKey), 'it vouches for itself');
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  assert.equal(certificate.validFromDate.getTime(), validity.validFrom);
  assert.equal(certificate.validToDate.getTime(), validity.validTo);
  const privateKey = createPrivateKey(key);
  assert.ok(certificate.checkPrivateKey(privateKey));
  const text = Buffer.from('SAMLRequest=a');
  assert.ok(verify('RSA-SHA256', text, certificate.publicKey, sign('RSA-SHA256', text, privateKey)));
});

test('each pair has a key of its own', () => {
  assert.notEqual(makeSigningPair('a_1', validity).key, makeSigningPair('a_1', validity).key);
});
