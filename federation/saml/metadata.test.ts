import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { refused } from '../contract.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { type LocalVendor, openVendor, type Reply } from '../testing/local-vendor.ts';
import { makeKeys } from '../testing/saml-signature.ts';
import { CALLBACK, ENTITY_ID, LOGOUT, POOL_ID, samlStory } from '../testing/saml-story.ts';
import { readMetadata, UnusableMetadata } from './read-metadata.ts';
import { readXml } from './read-xml.ts';
import { serviceProviderMetadata } from './service-provider-metadata.ts';

const keys = makeKeys();
const next = makeKeys();
const ours = makeKeys();
let story = samlStory(keys, ours);
let published: Reply;
let vendor: LocalVendor;
before(async () => {
  vendor = await openVendor(() => ({ '/metadata': () => published }));
});
after(() => vendor.close());
beforeEach(() => {
  story = samlStory(keys, ours);
  vendor.seen.length = 0;
  published = { body: story.idp.metadata() };
});

const HOUR = 3_600_000;
const address = () => `${vendor.base}/metadata`;
const complete = (details: Record<string, string>) =>
  completeDetails({ name: 'CorpSaml', type: 'SAML', details }, story.environment);
const byAddress = () => story.open({ MetadataFile: '', MetadataURL: address() });
const signIn = async (signing = {}) => {
  const provider = byAddress();
  return (await provider.finish(await story.comeBack('maria', { signing }, provider))).subject;
};
const attributes = (text: string) => story.idp.metadata({ attributes: text });

test('FED-62 FED-63 a provider is created from a file or from an address', async () => {
  const MetadataFile = story.idp.metadata();
  const derived = {
    SSORedirectBindingURI: 'https://idp.example.com/sso?tenant=a',
    SLORedirectBindingURI: 'https://idp.example.com/slo',
  };
  assert.deepEqual(await complete({ MetadataFile, IDPSignout: 'true' }), {
    MetadataFile: MetadataFile.trim(),
    IDPSignout: 'true',
    ...derived,
  });
  const stored = await complete({ MetadataURL: ` ${address()} ` });
  assert.deepEqual(stored, { MetadataURL: address(), ...derived });
  assert.deepEqual(await complete({ ...stored, SSORedirectBindingURI: 'https://evil.example' }), stored);
  assert.equal(await signIn(), '10157003');
  const encrypting = await complete({ MetadataFile, EncryptedResponses: 'true' });
  assert.equal(encrypting['ActiveEncryptionCertificate'], ours.certificate);
  assert.deepEqual(await complete(encrypting), encrypting);
});

test('FED-64 FED-66 what cannot be a provider is refused in a sentence', async () => {
  const MetadataFile = story.idp.metadata();
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /must have either MetadataFile or MetadataURL/],
    [{ MetadataFile: ' ' }, /must have either/],
    [{ MetadataFile, MetadataURL: address() }, /must have either/],
    [{ MetadataFile, client_id: 'x' }, /cannot have client_id/],
    [{ MetadataFile, IDPSignout: 'yes' }, /IDPSignout must be true or false/],
    [{ MetadataFile, EncryptedResponses: 'maybe' }, /EncryptedResponses must be true or false/],
    [{ MetadataFile, RequestSigningAlgorithm: 'rsa-sha1' }, /must be rsa-sha256/],
    [{ MetadataURL: 'ftp://idp.example.com/' }, /^MetadataURL .* cannot be used/],
    [{ MetadataURL: 'http://idp.example.com/' }, /^MetadataURL .* cannot be used/],
    [{ MetadataURL: 'https://10.0.0.1/' }, /private address/],
    [
      { MetadataURL: `${vendor.base}/nothing` },
      new RegExp(`^Error retrieving metadata from ${vendor.base}/nothing`),
    ],
  ];
  for (const [details, message] of cases) {
    const fault = await refused(complete(details), 'configuration');
    assert.match(fault.message, message);
  }
});

test('FED-66 an address that answers something else is refused', async () => {
  const replies: Reply[] = [
    { status: 500, body: story.idp.metadata() },
    { status: 302, headers: { location: '/metadata' } },
    { body: '<h1>Sign in</h1>' },
    { json: {} },
    { bytes: 100 * 1024 * 1024 },
    { body: attributes(' validUntil="2026-05-01T12:00:00Z"') },
  ];
  for (const reply of replies) {
    story = samlStory(keys, ours);
    published = reply;
    const fault = await refused(complete({ MetadataURL: address() }), 'configuration');
    assert.match(fault.message, /^Error retrieving metadata from http/);
  }
});

test('FED-67 FED-71 metadata of an address is read again after six hours, and its new keys count', async () => {
  const asked = () => vendor.seen.length;
  await signIn();
  await signIn();
  assert.equal(asked(), 1);
  published = { body: story.idp.metadata({ certificates: [next.certificate] }) };
  story.later(6 * HOUR - 1);
  await signIn();
  await refused(signIn({ keys: next }), 'not-verified');
  assert.equal(asked(), 1);
  story.later(1);
  assert.equal(await signIn({ keys: next }), '10157003');
  await refused(signIn(), 'not-verified');
  assert.equal(asked(), 2);
});

test('FED-68 earlier when it expires earlier, or says so', async () => {
  for (const text of [' validUntil="2026-05-01T14:00:00Z"', ' cacheDuration="PT1H30M"']) {
    story = samlStory(keys, ours);
    vendor.seen.length = 0;
    published = { body: attributes(text) };
    await signIn();
    story.later(HOUR);
    await signIn();
    assert.equal(vendor.seen.length, 1);
    story.later(HOUR - 1);
    published = { body: story.idp.metadata() };
    await signIn();
    assert.equal(vendor.seen.length, 2, 'before it expires');
  }
});

test('FED-70 what was read last serves while nothing better comes, until it expires', async () => {
  published = { body: attributes(' validUntil="2026-05-03T12:00:00Z"') };
  await signIn();
  for (const reply of [
    { status: 500 },
    { body: '<h1>Oops</h1>' },
    { body: attributes(' validUntil="2026-05-01T13:00:00Z"') },
  ]) {
    published = reply;
    story.later(7 * HOUR);
    assert.equal(await signIn(), '10157003');
  }
  assert.equal(vendor.seen.length, 4);
  story.later(27 * HOUR);
  await refused(signIn(), 'configuration');
});

test('FED-69 an uploaded file is never read again, and not used after its end', async () => {
  const provider = story.open({
    MetadataFile: attributes(' validUntil="2026-05-02T12:00:00Z" cacheDuration="PT1S"'),
  });
  const come = async () => provider.finish(await story.comeBack('maria', {}, provider));
  story.later(23 * HOUR);
  await come();
  story.later(2 * HOUR);
  await refused(come(), 'configuration');
  assert.equal(vendor.seen.length, 0);
});

test('a file is read once, however many people sign in', async () => {
  const { outgoing } = story.environment;
  let read = 0;
  const counting = {
    ...story.environment,
    outgoing: {
      ...outgoing,
      refusal(url: string) {
        read += 1;
        return outgoing.refusal(url);
      },
    },
  };
  const details = { MetadataFile: story.idp.metadata({ signOn: 'http://127.0.0.1/sso' }) };
  const record = { name: 'CorpSaml', type: 'SAML', details };
  for (let i = 0; i < 5; i++) await story.ask(openProvider(record, counting));
  assert.equal(read, 1);
});

test('who saves a provider has its metadata read at once', async () => {
  await signIn();
  published = { body: story.idp.metadata({ certificates: [next.certificate] }) };
  story.later(1000);
  await complete({ MetadataURL: address() });
  assert.equal(await signIn({ keys: next }), '10157003');
});

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
