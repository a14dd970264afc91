import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { refused } from '../contract.ts';
import type { Answer, Provider } from '../provider.ts';
import { base64, readRequest } from '../testing/saml-identity-provider.ts';
import { enveloped, makeKeys, type SigningOptions, signatureOf } from '../testing/saml-signature.ts';
import { ENTITY_ID, LOGOUT, samlStory } from '../testing/saml-story.ts';

const story = samlStory();
const { idp } = story;
const provider = story.open({ IDPSignout: 'true' });
const session = {
  nameId: 'a <b>',
  Format: 'urn:f"',
  NameQualifier: 'q',
  SPNameQualifier: 's',
  sessionIndex: 'i&1',
};

async function leave(from: Provider = provider) {
  const begun = await from.signOut?.({ session, callbackUrl: LOGOUT, state: 'state-2' });
  return begun ?? assert.fail('nobody is asked');
}

interface Said {
  issuer?: string;
  inResponseTo?: string;
  destination?: string;
  status?: string;
  signing?: SigningOptions | false;
}

async function comeBack(said: Said = {}): Promise<Answer> {
  const { kept } = await leave();
  const xml =
    '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"' +
    ` Destination="${said.destination ?? LOGOUT}" ID="_r1" InResponseTo="${said.inResponseTo ?? kept['id']}"` +
    ` IssueInstant="2026-05-01T12:00:00Z" Version="2.0">` +
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${said.issuer ?? idp.entityId}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${said.status ?? 'Success'}"></samlp:StatusCode></samlp:Status>` +
    '</samlp:LogoutResponse>';
  const { signing = {} } = said;
  const sent = signing ? enveloped(xml, signatureOf(xml, idp.keys, signing)) : xml;
  const parameters = { SAMLResponse: base64(sent), RelayState: 'state-2' };
  return { method: 'POST', parameters, callbackUrl: LOGOUT, kept, state: 'state-2' };
}

test('FED-92 FED-93 FED-94 the browser is sent with a signed request that names the session there', async () => {
  const { redirect, kept } = await leave();
  assert.ok(redirect.startsWith('https://idp.example.com/slo?SAMLRequest='));
  const { searchParams, search } = new URL(redirect);
  assert.equal(searchParams.get('RelayState'), 'state-2');
  assert.equal(searchParams.get('SigAlg'), 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
  const [signed = ''] = search.slice(1).split('&Signature=');
  const { publicKey } = new X509Certificate(Buffer.from(story.ours.certificate, 'base64'));
  const signature = Buffer.from(searchParams.get('Signature') ?? '', 'base64');
  assert.ok(verify('RSA-SHA256', Buffer.from(signed), publicKey, signature));
  const asked = readRequest(redirect);
  assert.equal(asked.id, kept['id']);
  assert.equal(asked.issuer, ENTITY_ID);
  assert.equal(asked.destination, 'https://idp.example.com/slo');
  assert.match(asked.xml, /^<saml2p:LogoutRequest /);
  assert.match(
    asked.xml,
    /<saml2:NameID NameQualifier="q" SPNameQualifier="s" Format="urn:f&#34;">a &#60;b&#62;<\/saml2:NameID>/,
  );
  assert.match(asked.xml, /<saml2p:SessionIndex>i&#38;1<\/saml2p:SessionIndex>/);
});

test('FED-97 nobody is asked who should not be', async () => {
  const ask = (from: Provider, given: Record<string, string> = session) =>
    from.signOut?.({ session: given, callbackUrl: LOGOUT, state: 's' });
  assert.equal(await ask(story.open()), undefined);
  assert.equal(await ask(story.open({ IDPSignout: 'false' })), undefined);
  assert.equal(await ask(provider, {}), undefined);
  const MetadataFile = idp.metadata({ logout: '' });
  assert.equal(await ask(story.open({ IDPSignout: 'true', MetadataFile })), undefined);
});

test('what the provider answers is taken, whether it worked there or not, signed or not', async () => {
  for (const said of [{}, { status: 'Responder' }, { signing: false as const }])
    await provider.finishSignOut?.(await comeBack(said));
});

test('what it did not answer, or not to this, is refused', async () => {
  const finish = async (answer: Answer) => provider.finishSignOut?.(answer);
  const refusals: Said[] = [
    { issuer: 'https://other.example.com' },
    { inResponseTo: '_other' },
    { destination: 'https://evil.example/' },
    { signing: { keys: makeKeys() } },
    { signing: { method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' } },
    { signing: { uri: '#_other' } },
    { signing: { over: 'something else' } },
  ];
  for (const said of refusals) await refused(finish(await comeBack(said)), 'not-verified');
  const good = await comeBack();
  const { SAMLResponse = '' } = good.parameters;
  await refused(finish({ ...good, state: 'state-3' }), 'not-verified');
  await refused(finish({ ...good, method: 'GET' }), 'not-verified');
  await refused(finish({ ...good, kept: {} }), 'not-verified');
  await refused(finish({ ...good, parameters: { RelayState: 'state-2' } }), 'not-verified');
  const request = { RelayState: 'state-2', SAMLRequest: SAMLResponse };
  await refused(finish({ ...good, parameters: request }), 'invalid-answer');
  const signIn = await story.comeBack('maria');
  const response = { RelayState: 'state-2', SAMLResponse: signIn.parameters['SAMLResponse'] ?? '' };
  await refused(finish({ ...good, parameters: response }), 'invalid-answer');
});
