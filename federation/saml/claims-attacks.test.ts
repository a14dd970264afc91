import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../contract.ts';
import { openProvider } from '../registry.ts';
import type { Lies } from '../testing/saml-identity-provider.ts';
import { ENTITY_ID, samlStory } from '../testing/saml-story.ts';

const story = samlStory();
const provider = story.open();
const MINUTE = 60_000;
const signIn = async (lies: Lies = {}) => provider.finish(await story.comeBack('maria', lies, provider));

const condition = (inside: string) =>
  `<saml:Conditions>${inside}<saml:AudienceRestriction><saml:Audience>${ENTITY_ID}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`;
const restriction = (audience: string) =>
  `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`;
const confirmed = (data: string) =>
  '<saml:Subject><saml:NameID>10157003</saml:NameID>' +
  `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">${data}</saml:SubjectConfirmation></saml:Subject>`;

/** All of these are well signed, by the provider itself: it says them to somebody else, or said them before. */
const REFUSED: Record<string, Record<string, Lies>> = {
  'FED-81 for another audience': {
    'of another pool': { audience: `${ENTITY_ID}x` },
    'in other letters': { audience: ENTITY_ID.toUpperCase() },
    empty: { audience: '' },
    'no restriction': { conditions: '<saml:Conditions></saml:Conditions>' },
    'no conditions': { conditions: '' },
    'two conditions': { conditions: condition('') + condition('') },
    'one of two restrictions': { conditions: condition(restriction('urn:other')) },
    'a condition that nobody knows': { conditions: condition('<saml:Condition></saml:Condition>') },
  },
  'FED-87 for another recipient or destination': {
    recipient: { recipient: 'https://evil.example/saml2/idpresponse' },
    'recipient below ours': { recipient: 'https://auth.example.com/saml2/idpresponse/x' },
    'no recipient': { recipient: '' },
    destination: { destination: 'https://evil.example/saml2/idpresponse' },
    'empty destination': { destination: '' },
  },
  'FED-83 for another request': {
    'of the response': { inResponseTo: '_other', confirmedInResponseTo: undefined },
    both: { inResponseTo: '_other' },
    'of the assertion': { confirmedInResponseTo: '_other' },
    'none in the assertion': { confirmedInResponseTo: undefined },
    'none in the response': { inResponseTo: undefined, confirmedInResponseTo: undefined },
  },
  'FED-86 outside its time': {
    'expired for the bearer': { confirmedUntil: -3 * MINUTE },
    'expired for all': { notOnOrAfter: -3 * MINUTE },
    'not yet valid': { notBefore: 3 * MINUTE + 1000 },
    'no end for the bearer': {
      subject: confirmed('<saml:SubjectConfirmationData></saml:SubjectConfirmationData>'),
    },
    'nothing of the bearer': { subject: confirmed('') },
    'for no bearer': { method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' },
    'the session has ended': {
      statements: '<saml:AuthnStatement SessionNotOnOrAfter="2026-05-01T11:57:00Z"></saml:AuthnStatement>',
    },
    'a time that is no time': {
      conditions: condition('').replace('<saml:Conditions>', '<saml:Conditions NotOnOrAfter="tomorrow">'),
    },
  },
  'FED-89 without a person': {
    'no NameID': { nameId: '' },
    'a blank NameID': { nameId: ' \n ' },
    'elements in the NameID': { nameId: '<saml:NameID>10157003</saml:NameID>' },
    'no subject': { subject: '' },
    'two NameIDs': {
      subject: '<saml:Subject><saml:NameID>1</saml:NameID><saml:NameID>2</saml:NameID></saml:Subject>',
    },
    'nobody signed in': { statements: '' },
  },
};
for (const [title, cases] of Object.entries(REFUSED)) {
  test(`${title}: refused, however well it is signed`, async () => {
    for (const signed of ['assertion', 'both'] as const)
      for (const [what, lies] of Object.entries(cases)) {
        const fault = await refused(signIn({ ...lies, signed }), 'not-verified');
        assert.match(fault.description, /^Invalid SAML response received: /, what);
        assert.equal(fault.error, 'server_error', what);
      }
  });
}

test('FED-86 clocks may differ by three minutes', async () => {
  const almost = 3 * MINUTE - 1000;
  for (const lies of [{ confirmedUntil: -almost }, { notOnOrAfter: -almost }, { notBefore: almost }])
    assert.equal((await signIn(lies)).subject, '10157003');
});

test('FED-87 a response need not say where it is sent; its assertion must', async () => {
  assert.equal((await signIn({ destination: undefined })).subject, '10157003');
});

test('FED-85 an assertion is good once, in whatever response it comes', async () => {
  const { asked, kept } = await story.ask(provider);
  const answer = { method: 'POST' as const, callbackUrl: asked.callbackUrl, kept, state: 'state-1' };
  const again = story.idp.answer('maria', asked, { assertionId: '_same' });
  const otherwise = story.idp.answer('maria', asked, { assertionId: '_same', signed: 'both' });
  await provider.finish({ ...answer, parameters: again });
  await refused(provider.finish({ ...answer, parameters: again }), 'not-verified');
  await refused(provider.finish({ ...answer, parameters: otherwise }), 'not-verified');
  const other = story.idp.answer('maria', asked, { assertionId: '_other' });
  const both = { ...answer, parameters: other };
  const results = await Promise.allSettled([provider.finish(both), provider.finish(both)]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('what is kept against replay is kept for a day at most, whatever an assertion says of its end', async () => {
  const kept: number[] = [];
  const environment = {
    ...story.environment,
    async once(_key: string, until: number) {
      kept.push(until - story.clock.now());
      return true;
    },
  };
  const details = { MetadataFile: story.idp.metadata() };
  const from = openProvider({ name: 'CorpSaml', type: 'SAML', details }, environment);
  for (const confirmedUntil of [300_000, 1000 * 365 * 24 * 60 * MINUTE])
    await from.finish(await story.comeBack('maria', { confirmedUntil }, from));
  assert.deepEqual(kept, [300_000 + 3 * MINUTE, 24 * 60 * MINUTE]);
});

test('FED-85 one that is refused uses up nothing', async () => {
  const { asked, kept } = await story.ask(provider);
  const answer = { method: 'POST' as const, callbackUrl: asked.callbackUrl, kept, state: 'state-1' };
  const forged = story.idp.answer('maria', asked, { assertionId: '_mine', signed: 'neither' });
  await refused(provider.finish({ ...answer, parameters: forged }), 'not-verified');
  const honest = story.idp.answer('maria', asked, { assertionId: '_mine' });
  assert.equal((await provider.finish({ ...answer, parameters: honest })).subject, '10157003');
});

test('FED-88 a provider that says no is told apart', async () => {
  const status = (code: string, inside = '') => {
    const lies: Lies = { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder', signed: 'neither' };
    const nested = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}"></samlp:StatusCode></samlp:StatusCode>${inside}</samlp:Status>`;
    return signIn({
      ...lies,
      tamper: (xml) =>
        xml
          .replace('></samlp:StatusCode></samlp:Status>', `>${nested}`)
          .replace(/<saml:Assertion.*<\/saml:Assertion>/s, ''),
    });
  };
  const denied = await refused(status('AuthnFailed'), 'refused');
  assert.deepEqual([denied.error, denied.description], ['access_denied', 'CorpSaml Error - AuthnFailed']);
  const message = '<samlp:StatusMessage>Sorry "Maria" ü</samlp:StatusMessage>';
  const other = await refused(status('UnknownPrincipal', message), 'refused');
  assert.deepEqual(
    [other.error, other.description],
    ['server_error', 'CorpSaml Error - UnknownPrincipal Sorry ?Maria? ?'],
  );
  await refused(signIn({ status: 'urn:oasis:names:tc:SAML:2.0:status:Requester' }), 'refused');
  await refused(signIn({ status: '' }), 'not-verified');
});

test('FED-84 a response that nobody asked for is refused, also where sign-in may begin at the provider', async () => {
  for (const from of [provider, story.open({ IDPInit: 'true' })]) {
    const nobody = { inResponseTo: undefined, confirmedInResponseTo: undefined };
    const answer = await story.comeBack('maria', nobody, from);
    await refused(from.finish({ ...answer, kept: {} }), 'not-verified');
    await refused(from.finish({ ...answer, kept: { id: '' } }), 'not-verified');
    await refused(from.finish(answer), 'not-verified');
  }
});

test('ATK-22 an answer with another RelayState, by GET or without a response fits nothing', async () => {
  const good = await story.comeBack('maria', {}, provider);
  const { SAMLResponse = '' } = good.parameters;
  for (const bad of [
    { ...good, state: 'state-2' },
    { ...good, parameters: { SAMLResponse } },
    { ...good, parameters: { RelayState: 'state-1' } },
    { ...good, parameters: { RelayState: 'state-1', SAMLResponse: '' } },
    { ...good, method: 'GET' as const },
    { ...good, kept: (await story.ask(provider)).kept },
  ]) {
    await refused(provider.finish(bad), 'not-verified');
  }
  assert.equal((await provider.finish(good)).subject, '10157003');
});
