import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { refused } from '../contract.ts';
import { makeKeys } from '../testing/saml-signature.ts';
import { CALLBACK, ENTITY_ID, samlStory } from '../testing/saml-story.ts';

const story = samlStory();
const provider = story.open();

test('FED-76 FED-77 FED-91 the browser is sent with a plain request of ours', async () => {
  const { asked, kept, redirect } = await story.ask(provider);
  const url = new URL(redirect);
  assert.equal(`${url.origin}${url.pathname}`, 'https://idp.example.com/sso');
  assert.equal(url.searchParams.get('tenant'), 'a');
  assert.equal(asked.relayState, 'state-1');
  assert.equal(asked.id, kept['id']);
  assert.match(asked.id, /^_[\da-f]{40}$/);
  assert.equal(asked.issuer, ENTITY_ID);
  assert.equal(asked.callbackUrl, CALLBACK);
  assert.equal(asked.destination, 'https://idp.example.com/sso?tenant=a');
  assert.match(asked.xml, / ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/);
  assert.match(asked.xml, / IssueInstant="2026-05-01T12:00:00.000Z"/);
  assert.ok(!asked.xml.includes('NameIDPolicy'));
  assert.ok(!url.searchParams.has('Signature') && !url.searchParams.has('SigAlg'));
});

for (const signed of ['assertion', 'response', 'both'] as const)
  test(`who comes back is who signed in there; signed: ${signed}`, async () => {
    const proven = await provider.finish(await story.comeBack('maria', { signed }));
    assert.deepEqual(proven, {
      subject: '10157003',
      issuer: 'https://idp.example.com/metadata',
      attributes: {
        'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'maria@example.com',
        displayName: 'Maria Ruiz',
        groups: ['staff', 'night & day'],
        NameID: '10157003',
      },
      session: {
        nameId: '10157003',
        Format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
        SPNameQualifier: ENTITY_ID,
        sessionIndex: 'session-10157003',
      },
    });
    assert.equal((await provider.finish(await story.comeBack('otto', { signed }))).subject, '10157004');
  });
test('requests are signed where the provider wants it, or the administrator', async () => {
  const wanting = story.idp
    .metadata()
    .replace('<md:IDPSSODescriptor', '<md:IDPSSODescriptor WantAuthnRequestsSigned="true"');
  const ways: Record<string, string>[] = [
    { RequestSigningAlgorithm: 'rsa-sha256' },
    { MetadataFile: wanting },
  ];
  for (const details of ways) {
    const signing = story.open(details);
    const { redirect } = await story.ask(signing, 'ü&= /+');
    const query = redirect.slice(redirect.indexOf('SAMLRequest='));
    const [signed = '', signature = ''] = query.split('&Signature=');
    assert.match(signed, /^SAMLRequest=[^&]+&RelayState=%C3%BC%26%3D%20%2F%2B&SigAlg=[^&]+rsa-sha256$/);
    const { publicKey } = new X509Certificate(Buffer.from(story.ours.certificate, 'base64'));
    const value = Buffer.from(decodeURIComponent(signature), 'base64');
    assert.ok(verify('RSA-SHA256', Buffer.from(signed), publicKey, value));
  }
});

test('a RelayState of more than 80 bytes goes out and comes back as it is', async () => {
  const state = 'x'.repeat(500);
  const { asked, kept } = await story.ask(provider, state);
  assert.equal(asked.relayState, state);
  const parameters = story.idp.answer('maria', asked);
  const answer = { method: 'POST' as const, parameters, callbackUrl: CALLBACK, kept, state };
  assert.equal((await provider.finish(answer)).subject, '10157003');
});

test('FED-74 FED-90 people who sign in at the same moment are not mixed up, nor are providers', async () => {
  const names = ['maria', 'otto', 'maria', 'otto', 'otto', 'maria'] as const;
  const answers = await Promise.all(names.map((who) => story.comeBack(who, {}, provider)));
  const proven = await Promise.all(answers.map((answer) => provider.finish(answer)));
  const ids = { maria: '10157003', otto: '10157004' };
  assert.deepEqual(
    proven.map(({ subject }) => subject),
    names.map((who) => ids[who]),
  );
});

test('FED-71 both keys are good while both are published', async () => {
  const next = makeKeys();
  const certificates = [story.idp.keys.certificate, next.certificate];
  const rolling = story.open({ MetadataFile: story.idp.metadata({ certificates }) });
  assert.equal((await rolling.finish(await story.comeBack('maria', {}, rolling))).subject, '10157003');
  const signing = { keys: next };
  assert.equal(
    (await rolling.finish(await story.comeBack('otto', { signing }, rolling))).subject,
    '10157004',
  );
  await refused(provider.finish(await story.comeBack('otto', { signing }, provider)), 'not-verified');
});

test('FED-103 attributes have the names and values that the provider gives them', async () => {
  const value = (inside: string) => `<saml:AttributeValue>${inside}</saml:AttributeValue>`;
  const attribute = (name: string, inside: string) =>
    `<saml:Attribute FriendlyName="mail" Name="${name}">${inside}</saml:Attribute>`;
  const attributes =
    attribute('urn:oid:0.9.2342', value(' a b ')) +
    attribute('twice', value('1')) +
    attribute('twice', value('2')) +
    attribute('none', '') +
    attribute('empty', value('')) +
    attribute('NameID', value('somebody else')) +
    attribute('__proto__', value('x')) +
    attribute('nested', value('<saml:NameID>deep</saml:NameID>'));
  const proven = await provider.finish(await story.comeBack('maria', { attributes }, provider));
  assert.deepEqual(Object.entries(proven.attributes), [
    ['urn:oid:0.9.2342', ' a b '],
    ['twice', ['1', '2']],
    ['empty', ''],
    ['NameID', '10157003'],
    ['__proto__', 'x'],
    ['nested', 'deep'],
  ]);
});

test('a NameID is taken as it is, but for the blanks around it', async () => {
  for (const [nameId, subject] of [
    ['\n  Jos\u00e9@Example.COM\n', 'Jos\u00e9@Example.COM'],
    ['a &amp; b', 'a & b'],
    ['A&lt;!-- --&gt;', 'A<!-- -->'],
    ['\ud83d\ude80', '\ud83d\ude80'],
  ]) {
    // A greater-than sign is written as such in canonical form, and so it is signed.
    const written = nameId?.replaceAll('>', '&gt;');
    const proven = await provider.finish(await story.comeBack('maria', { nameId: written }, provider));
    assert.equal(proven.subject, subject);
  }
});
