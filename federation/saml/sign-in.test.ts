import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeKeys } from '../testing/saml-identity-provider.ts';
import { CALLBACK, ENTITY_ID, POOL_ID, samlStory } from '../testing/saml-story.ts';
import { entityIdOf } from './messages.ts';

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
void [verify, X509Certificate, makeKeys, entityIdOf, POOL_ID];
