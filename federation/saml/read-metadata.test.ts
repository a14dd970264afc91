import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeKeys } from '../testing/saml-signature.ts';
import { CALLBACK, ENTITY_ID, LOGOUT, POOL_ID, samlStory } from '../testing/saml-story.ts';
import { readMetadata, UnusableMetadata } from './read-metadata.ts';
import { readXml } from './read-xml.ts';
import { serviceProviderMetadata } from './service-provider-metadata.ts';

const keys = makeKeys();
const ours = makeKeys();
const story = samlStory(keys, ours);

const HOUR = 3_600_000;
const attributes = (text: string) => story.idp.metadata({ attributes: text });
const read = (document: string) => readMetadata(document, story.environment);
const certificate = /<md:KeyDescriptor.*<\/md:KeyDescriptor>/s;

test('FED-65 FED-75 ATK-38 metadata that nothing could be verified with is refused', () => {
  const whole = story.idp.metadata();
  const documents: Record<string, string> = {
    'not XML': 'entityID=x',
    empty: '',
    HTML: '<html></html>',
    'a document type': whole.replace('<!--', '<!DOCTYPE x><!--'),
    'an external entity': whole.replace('<!--', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><!--'),
    'no entity ID': whole.replace(/ entityID="[^"]*"/, ''),
    'an empty entity ID': whole.replace(/ entityID="[^"]*"/, ' entityID=" "'),
    'no descriptor': whole.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
    'another namespace': whole.replace('SAML:2.0:metadata', 'SAML:1.0:metadata'),
    'SAML 1.1 only': whole.replace('SAML:2.0:protocol', 'SAML:1.1:protocol'),
    'no certificate': whole.replace(certificate, ''),
    'a certificate for encryption': whole.replace('use="signing"', 'use="encryption"'),
    'a certificate that is none': whole.replace(keys.certificate, 'AAAA'),
    'a key of 1024 bits': story.idp.metadata({ certificates: [makeKeys(1024).certificate] }),
    'no service': whole.replace('md:SingleSignOnService', 'md:ArtifactResolutionService'),
    'POST only': whole.replaceAll('HTTP-Redirect', 'HTTP-POST'),
    'a script': story.idp.metadata({ signOn: 'javascript:alert(1)' }),
    'plain http': story.idp.metadata({ signOn: 'http://idp.example.com/' }),
    'no address': story.idp.metadata({ signOn: 'sso' }),
    'a sign-out that is a script': story.idp.metadata({ logout: 'javascript:alert(1)' }),
    'a time that is no time': attributes(' validUntil="soon"'),
    'a duration that is none': attributes(' cacheDuration="6h"'),
    'too long': whole + ' '.repeat(1024 * 1024),
    'too deep': whole.replace('<md:IDP', `${'<a>'.repeat(99)}${'</a>'.repeat(99)}<md:IDP`),
    'two providers': `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${whole.replace(/<\?.*?-->/s, '').repeat(2)}</EntitiesDescriptor>`,
  };
  for (const [what, document] of Object.entries(documents))
    assert.throws(() => read(document), UnusableMetadata, what);
});

test('metadata is read as vendors write it', () => {
  const whole = story.idp.metadata();
  const expected = read(whole);
  assert.deepEqual(expected, {
    entityId: 'https://idp.example.com/metadata',
    signOn: 'https://idp.example.com/sso?tenant=a',
    signOut: 'https://idp.example.com/slo',
    certificates: [keys.certificate],
    wantsSignedRequests: false,
    validUntil: undefined,
    cacheDuration: undefined,
  });
  const wrapped = whole.replace(keys.certificate, `\n${keys.certificate.replaceAll(/.{64}/g, '$&\n')}\n`);
  assert.deepEqual(read(wrapped), expected);
  assert.deepEqual(read(whole.replace(' use="signing"', '')), expected);
  assert.deepEqual(read(`\ufeff${whole.replaceAll('\n', '\r\n')}`), expected);
  // By whom it is, its address says or who uploaded it: a signature in it is neither needed nor looked at.
  const signature = '<ds:Signature><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>';
  assert.deepEqual(read(whole.replace('<md:IDPSSO', `${signature}<md:IDPSSO`)), expected);
  const one = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2026-06-01T00:00:00.5Z">${whole.replace(/<\?.*?-->/s, '')}</EntitiesDescriptor>`;
  assert.deepEqual(read(one), { ...expected, validUntil: Date.UTC(2026, 5, 1, 0, 0, 0, 500) });
  const durations: [string, number][] = [
    ['PT6H', 6 * HOUR],
    ['P1DT12H', 36 * HOUR],
    ['PT90M30.5S', 90 * 60_000 + 30_500],
    ['P1Y2M', (365 + 60) * 24 * HOUR],
  ];
  for (const [text, ms] of durations)
    assert.equal(read(attributes(` cacheDuration="${text}"`)).cacheDuration, ms);
});

test('our own metadata says what an administrator there has to know', async () => {
  const { certificate: pem = '' } = (await story.environment.signing?.()) ?? {};
  const xml = serviceProviderMetadata({
    poolId: POOL_ID,
    callbackUrl: CALLBACK,
    logoutUrl: LOGOUT,
    certificate: pem,
  });
  const root = readXml(xml, { size: 10_000, depth: 10, elements: 50, comments: 'refused' });
  assert.equal(root.attributes.get('entityID'), ENTITY_ID);
  const [descriptor] = root.children;
  assert.equal(descriptor?.attributes.get('WantAssertionsSigned'), 'true');
  const of = (name: string) => descriptor?.children.find((child) => child.name === name)?.attributes;
  assert.equal(of('AssertionConsumerService')?.get('Location'), CALLBACK);
  assert.equal(of('SingleLogoutService')?.get('Location'), LOGOUT);
  assert.ok(xml.includes(`>${ours.certificate}<`));
});
