/** What is refused before the library is asked, and after it has answered: each check by itself, not behind another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderFault } from '../provider.ts';
import { encryptedFor } from '../testing/saml-encryption.ts';
import { type AskedBy, base64 } from '../testing/saml-identity-provider.ts';
import { enveloped, signatureOf } from '../testing/saml-signature.ts';
import { CALLBACK, ENTITY_ID, samlStory } from '../testing/saml-story.ts';
import { checkAssertion } from './check-assertion.ts';
import { checkSignatureForm } from './check-signature-form.ts';
import { readMessage } from './read-message.ts';
import { readXml } from './read-xml.ts';

const { idp, ours, clock } = samlStory();
const asked: AskedBy = {
  id: '_asked',
  issuer: ENTITY_ID,
  callbackUrl: CALLBACK,
  destination: '',
  relayState: '',
  xml: '',
};
const bare = idp.assertion('maria', asked, { assertionId: '_honest' });
const signature = signatureOf(bare, idp.keys);
const signed = enveloped(bare, signature);
const outer = (inside: string) => idp.response(inside, asked);
const extensions = (inside: string) => `<samlp:Extensions>${inside}</samlp:Extensions>`;
const unverified = (message: RegExp) => (error: unknown) =>
  error instanceof ProviderFault && error.reason === 'not-verified' && message.test(error.message);

test('an honest response is read, and its signature found where it belongs', () => {
  const message = readMessage(base64(outer(signed)), 'Response');
  assert.deepEqual(
    message.signed.map(({ name }) => name),
    ['Assertion'],
  );
  for (const carrier of message.signed) checkSignatureForm(carrier, { sha1: false });
});

const FORMS: Record<string, [xml: string, why: RegExp]> = {
  'two elements of an ID': [outer(`${extensions('<a ID="_honest"></a>')}${signed}`), /same ID/],
  'two elements of an ID, in other letters': [
    outer(`${extensions('<a Id="_honest"></a>')}${signed}`),
    /same ID/,
  ],
  'an ID with a prefix': [outer(`${extensions('<a xml:id="_honest"></a>')}${signed}`), /same ID/],
  'an ID that is an XPath': [outer(signed.replaceAll('_honest', "x' or '1")), /characters/],
  'two assertions': [outer(signed + bare.replace('_honest', '_other')), /more than one/],
  'an assertion of another language': [
    outer(`${extensions('<Assertion></Assertion>')}${signed}`),
    /more than one/,
  ],
  'a response in a response': [outer(`${extensions('<Response></Response>')}${signed}`), /more than one/],
  'an assertion elsewhere': [outer(extensions(signed)), /not where it belongs/],
  'a signature elsewhere': [outer(extensions(signature) + bare), /signature is not where it belongs/],
  'a signature of another language': [
    outer(enveloped(bare, '<Signature></Signature>')),
    /not where it belongs/,
  ],
};
for (const [what, [xml, why]] of Object.entries(FORMS))
  test(`ATK-33 ${what}: refused for the form alone`, () => {
    assert.throws(() => readMessage(base64(xml), 'Response'), unverified(why));
  });

test('ATK-33 a signature over another element, or two of them: refused for the form alone', () => {
  const form = (xml: string) => {
    for (const carrier of readMessage(base64(outer(xml)), 'Response').signed)
      checkSignatureForm(carrier, { sha1: false });
  };
  form(signed);
  const another = enveloped(bare, signatureOf(bare, idp.keys, { uri: '#_other' }));
  assert.throws(() => form(another), unverified(/something else/));
  assert.throws(() => form(enveloped(bare, signature + signature)), unverified(/two signatures/));
});

test('an encrypted assertion in a response without a signature: refused before it is decrypted', () => {
  const xml = outer(encryptedFor(ours.certificate, signed));
  assert.throws(
    () => readMessage(base64(xml), 'Response', { encrypted: true }),
    unverified(/that is signed/),
  );
});

test('FED-86 FED-89 what a verified assertion says is held to the letter', () => {
  const limits = { size: 100_000, depth: 20, elements: 100, comments: 'refused' } as const;
  const expected = { issuer: idp.entityId, audience: ENTITY_ID, recipient: CALLBACK, inResponseTo: '_asked' };
  const check = (xml: string) => checkAssertion(readXml(xml, limits), { ...expected, now: clock.now() });
  assert.equal(check(bare).subject, '10157003');
  assert.equal(check(bare).expiresAt, clock.now() + 480_000);
  const cases: [string, RegExp][] = [
    [bare.replace('>10157003<', '>10157003<a></a><'), /no NameID/],
    [bare.replace(/NotOnOrAfter="[^"]*"/, 'NotOnOrAfter="tomorrow"'), /expired/],
    [bare.replace(/(<saml:Conditions.*?NotOnOrAfter=)"[^"]*"/, '$1"tomorrow"'), /expired/],
    [bare.replace(/NotBefore="[^"]*"/, 'NotBefore="2026-05-01"'), /not yet valid/],
    [bare.replace('Version="2.0"', 'Version="1.1"'), /not of SAML 2.0/],
  ];
  for (const [xml, why] of cases) assert.throws(() => check(xml), unverified(why));
});
