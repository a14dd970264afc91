/** What is forged, repeated or meant for another: posted to the ACS, it signs nobody in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64, type Lies, readRequest } from '#federation/testing/saml-identity-provider.ts';
import { pieces, WRAPPED } from '#federation/testing/saml-wrapping.ts';
import { errorPage, openSamlStage, toldNo } from './federation-saml-stage.ts';
import { openHttpSession } from './http-session.ts';
import { logged } from './logged.ts';
import { callbackOf } from './person.ts';
import { STORY } from './story-pool.ts';

const { foyer, hosted, enable, create, corp, rival, toProvider, post, arrive, count } = await openSamlStage();

test('FED-04 FED-28 FED-84 FED-26 without a sign-in that waits for it an answer is worth nothing', async () => {
  const asked = readRequest(await toProvider(openHttpSession()));
  const { SAMLResponse } = corp.answer('maria', asked);
  const forms: Record<string, string>[] = [
    { SAMLResponse },
    { SAMLResponse, RelayState: '' },
    { SAMLResponse, RelayState: 'made-up' },
  ];
  for (const form of forms) errorPage(await post(openHttpSession(), form));
  const session = openHttpSession();
  const own = readRequest(await toProvider(session));
  // Nobody asked: what the provider says of nobody's request is refused even with a state that waits.
  const page = await post(session, corp.answer('maria', own, { inResponseTo: undefined }));
  assert.equal(callbackOf(page).get('error'), 'server_error');
  const got = await openHttpSession().get(`${hosted}/saml2/idpresponse`);
  assert.equal(got.status, 405);
  const initiated = new URLSearchParams({
    identity_provider: 'Corp',
    client_id: STORY.publicClient,
    redirect_uri: STORY.callback,
    response_type: 'code',
  });
  errorPage(await post(openHttpSession(), { SAMLResponse, RelayState: initiated.toString() }));
});

test('FED-78 FED-79 FED-81 FED-82 FED-86 FED-87 what is forged, or meant for another, reaches nobody', async () => {
  const before = await count();
  const wrong: [string, Lies][] = [
    ['unsigned', { signed: 'neither' }],
    ['signed by another', { signing: { keys: rival.keys } }],
    ['of another issuer', { issuer: rival.entityId }],
    ['for another audience', { audience: 'urn:amazon:cognito:sp:eu-central-1_Other0001' }],
    ['for another recipient', { recipient: 'https://evil.example/saml2/idpresponse' }],
    ['for another destination', { destination: 'https://evil.example/saml2/idpresponse' }],
    ['expired', { notOnOrAfter: -600_000, confirmedUntil: -600_000 }],
    ['not valid yet', { notBefore: 600_000 }],
  ];
  for (const [what, lies] of wrong) {
    const said = toldNo(await arrive('otto', { nameId: 'nobody-knows', ...lies }));
    assert.match(said, /^Invalid SAML response received: /, what);
  }
  const session = openHttpSession();
  const asked = readRequest(await toProvider(session, 'Corp'));
  const page = await post(session, rival.answer('otto', asked));
  assert.equal(callbackOf(page).get('error'), 'server_error');
  assert.equal(await count(), before);
});

test('FED-83 FED-89 an answer to another request, or about nobody, signs nobody in', async () => {
  const before = await count();
  for (const lies of [{ inResponseTo: '_of-another' }, { nameId: ' ' }])
    assert.equal(callbackOf(await arrive('otto', lies)).get('error'), 'server_error');
  assert.equal(await count(), before);
});

test('FED-106 FED-107 without what the pool requires nobody is made, and the application hears which it is', async () => {
  await create('Unmapped', { MetadataFile: corp.metadata() }, { email: 'no-such-attribute' });
  await enable('COGNITO', 'Corp', 'Rival', 'Unmapped');
  const before = await count();
  const said = toldNo(await arrive('otto', {}, { provider: 'Unmapped' }));
  assert.equal(
    said,
    'Invalid SAML response received: Invalid user attributes: email: The attribute is required',
  );
  assert.equal(await count(), before);
});

test('what is no form, or too large a one, is a page with a number, and no link to itself', async () => {
  for (const path of ['idpresponse', 'logout']) {
    const address = `${hosted}/saml2/${path}`;
    const posts: [number, RequestInit][] = [
      [413, { body: new URLSearchParams({ SAMLResponse: 'x'.repeat(500_000) }) }],
      [415, { body: '{}', headers: { 'content-type': 'application/json' } }],
    ];
    for (const [status, init] of posts) {
      const answer = await fetch(address, { method: 'POST', ...init });
      const body = await answer.text();
      assert.equal(answer.status, status);
      assert.match(body, /Request [\w-]+/);
      assert.ok(!body.includes(`href="/story/saml2/${path}`));
    }
  }
});

test('FED-88 a provider that says no is heard in the application', async () => {
  const status = 'urn:oasis:names:tc:SAML:2.0:status:Responder';
  const answer = callbackOf(await arrive('maria', { status }));
  assert.equal(answer.get('error'), 'server_error');
  assert.match(answer.get('error_description') ?? '', /^Corp Error - /);
});

test('ATK-51 markup in what is posted is never markup on a page', async () => {
  const markup = '"><script>alert(1)</script>';
  for (const path of ['idpresponse', 'logout']) {
    const page = await post(openHttpSession(), { SAMLResponse: markup, RelayState: markup }, path);
    errorPage(page);
    assert.doesNotMatch(page.body, /alert\(1\)/);
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/);
  }
});

test('FED-80 ATK-33 signature wrapping, eight kinds, signs nobody in', async () => {
  const before = await count();
  for (const [kind, wrap] of Object.entries(WRAPPED)) {
    const session = openHttpSession();
    const asked = readRequest(await toProvider(session));
    const form = { SAMLResponse: base64(wrap(corp, asked)), RelayState: asked.relayState };
    const said = toldNo(await post(session, form));
    assert.match(said, /^Invalid SAML response received: /, kind);
  }
  assert.equal(await count(), before);
  // The pieces of which they are made would let their owner in, put together honestly.
  const session = openHttpSession();
  const asked = readRequest(await toProvider(session));
  const { outer, signed } = pieces(corp, asked);
  const form = { SAMLResponse: base64(outer(signed)), RelayState: asked.relayState };
  assert.ok(callbackOf(await post(session, form)).get('code'));
});

test('FED-85 an assertion that was used once is used up, also in an answer to another request', async () => {
  const lies = { assertionId: '_once', nameId: 'replayed' };
  assert.ok(callbackOf(await arrive('otto', lies)).get('code'));
  assert.match(toldNo(await arrive('otto', lies)), /The assertion was used before/);
  assert.match(toldNo(await arrive('otto', { ...lies, signed: 'both' })), /The assertion was used before/);
});

test('FED-27 ATK-22 a post that names a parameter twice, or comes again and again, is stopped', async () => {
  const session = openHttpSession();
  const asked = readRequest(await toProvider(session));
  const { SAMLResponse, RelayState } = corp.answer('otto', asked);
  const twice = new URLSearchParams({ SAMLResponse, RelayState });
  twice.append('SAMLResponse', corp.answer('maria', asked).SAMLResponse);
  const address = `${hosted}/saml2/idpresponse`;
  const stopped = await fetch(address, { method: 'POST', body: twice, redirect: 'manual' });
  assert.equal(stopped.status, 400);
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++)
    statuses.push((await openHttpSession().post(address, { SAMLResponse, RelayState })).status);
  assert.deepEqual(statuses, [...Array(10).fill(303), 400, 400]);
  const request = /Request ([\w-]+)/.exec(await stopped.text())?.[1] ?? assert.fail();
  assert.match(await logged(foyer, request, 'belongs to no sign-in'), /"why":"repeated-parameter"/);
});
