import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { refused } from '../contract.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { type LocalVendor, openVendor, type Reply } from '../testing/local-vendor.ts';
import { makeKeys } from '../testing/saml-signature.ts';
import { samlStory } from '../testing/saml-story.ts';

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
