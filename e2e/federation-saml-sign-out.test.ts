/** Signing out through a SAML identity provider, and what else it is given of us: certificate and metadata. */
import assert from 'node:assert/strict';
import { createVerify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { GetSigningCertificateCommand } from '@aws-sdk/client-cognito-identity-provider';
import { readRequest } from '#federation/testing/saml-identity-provider.ts';
import { signatureOf } from '#federation/testing/saml-signature.ts';
import { ENTITY, errorPage, inStory, openSamlStage } from './federation-saml-stage.ts';
import { openHttpSession } from './http-session.ts';
import { logged } from './logged.ts';
import { authorizeUrl, callbackOf } from './person.ts';
import { STORY } from './story-pool.ts';

const { foyer, sdk, hosted, enable, corp, add, toProvider, post, arrive } = await openSamlStage();

test('FED-92 FED-93 FED-94 FED-95 FED-96 FED-98 signing out here signs out at the provider, and comes back', async () => {
  const session = openHttpSession();
  const page = await arrive('maria', {}, { session });
  assert.ok(callbackOf(page).get('code'));
  const bye = 'https://app.example.com/bye';
  const leave = (logout_uri: string) =>
    session.get(`${hosted}/logout?${new URLSearchParams({ client_id: STORY.publicClient, logout_uri })}`);
  const left = new URL((await leave(bye)).location ?? '');
  assert.equal(left.origin + left.pathname, 'https://idp.example.com/slo');
  // Gone already, whatever the provider does.
  const anew = await session.follow(await session.get(authorizeUrl(hosted)), hosted);
  assert.equal(anew.status, 200);
  const { Certificate } = await sdk.send(new GetSigningCertificateCommand(inStory));
  const certificate = new X509Certificate(Buffer.from(Certificate ?? '', 'base64'));
  const [signed = '', signature = ''] = left.search.slice(1).split('&Signature=');
  assert.ok(
    createVerify('RSA-SHA256')
      .update(signed)
      .verify(certificate.publicKey, decodeURIComponent(signature), 'base64'),
  );
  const asked = readRequest(left.href);
  assert.match(asked.xml, />10157003<\/saml2:NameID>/);
  assert.match(asked.xml, /<saml2p:SessionIndex>session-10157003</);
  const answer = logoutResponse(asked.id);
  const back = await post(session, { SAMLResponse: answer, RelayState: asked.relayState }, 'logout');
  assert.equal(back.location, bye);
  errorPage(await post(session, { SAMLResponse: answer, RelayState: asked.relayState }, 'logout'));
  await arrive('maria', {}, { session });
  errorPage(await leave('https://evil.example/bye'));
});

/** A LogoutResponse as the provider signs it. */
function logoutResponse(inResponseTo: string): string {
  const response =
    `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${hosted}/saml2/logout"` +
    ` ID="_bye${Date.now()}" InResponseTo="${inResponseTo}" IssueInstant="${new Date().toISOString()}" Version="2.0">` +
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${corp.entityId}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status></samlp:LogoutResponse>`;
  const signature = signatureOf(response, corp.keys);
  return Buffer.from(response.replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`)).toString(
    'base64',
  );
}

test('FED-95 FED-96 whatever a provider answers to a sign-out, the person goes on, and the log has what did not fit', async () => {
  const bye = 'https://app.example.com/bye';
  const query = new URLSearchParams({ client_id: STORY.publicClient, logout_uri: bye });
  const answers: [(id: string) => string, RegExp][] = [
    [() => logoutResponse('_of-another'), /does not answer this request/],
    [() => Buffer.from('<html></html>').toString('base64'), /no LogoutResponse/],
    [() => '%', /not in base64/],
    [(id) => corruptedSignature(logoutResponse(id)), /signature is invalid/],
  ];
  for (const [answer, why] of answers) {
    const session = openHttpSession();
    await arrive('maria', {}, { session });
    const asked = readRequest((await session.get(`${hosted}/logout?${query}`)).location ?? '');
    const form = { SAMLResponse: answer(asked.id), RelayState: asked.relayState };
    const posted = await openHttpSession().post(`${hosted}/saml2/logout`, form);
    assert.equal(posted.location, bye);
    const request = posted.headers.get('x-request-id') ?? 'none';
    assert.match(JSON.parse(await logged(foyer, request, 'a sign-out at a provider failed')).why, why);
  }
});

/** As if somebody had written it who does not have the key. */
const corruptedSignature = (response: string) =>
  Buffer.from(
    Buffer.from(response, 'base64')
      .toString()
      .replace(/(<ds:SignatureValue>)..../, '$1AAAA'),
  ).toString('base64');

test('FED-97 where the option is off, signing out stays here', async () => {
  await add('Local', corp, { IDPSignout: 'false' });
  await enable('COGNITO', 'Corp', 'Rival', 'Local');
  const session = openHttpSession();
  const form = corp.answer('otto', readRequest(await toProvider(session, 'Local')));
  assert.ok(callbackOf(await post(session, form)).get('code'));
  const bye = 'https://app.example.com/bye';
  const query = new URLSearchParams({ client_id: STORY.publicClient, logout_uri: bye });
  assert.equal((await session.get(`${hosted}/logout?${query}`)).location, bye);
});

test('FED-03 FED-99 an answer to no sign-out, and a request to sign out, are refused', async () => {
  assert.equal((await openHttpSession().get(`${hosted}/saml2/logout`)).status, 405);
  errorPage(await post(openHttpSession(), { SAMLResponse: 'x', RelayState: 'unknown' }, 'logout'));
  errorPage(await post(openHttpSession(), { SAMLRequest: 'x', RelayState: 'unknown' }, 'logout'));
  errorPage(await post(openHttpSession(), {}, 'logout'));
});

test('FED-100 the signing certificate is one for each pool, and stays', async () => {
  const certificate = async () =>
    (await sdk.send(new GetSigningCertificateCommand(inStory))).Certificate ?? '';
  const all = await Promise.all(Array.from({ length: 5 }, certificate));
  assert.equal(new Set(all).size, 1);
  assert.match(all[0] ?? '', /^[A-Za-z0-9+/]+=*$/);
  assert.equal(new X509Certificate(Buffer.from(all[0] ?? '', 'base64')).subject, `CN=${STORY.poolId}`);
  const metadata = await openHttpSession().get(`${hosted}/saml2/metadata`);
  assert.match(metadata.headers.get('content-type') ?? '', /^application\/samlmetadata\+xml/);
  assert.ok(metadata.body.includes(all[0] ?? 'none'));
  assert.ok(metadata.body.includes(`entityID="${ENTITY}"`));
});
