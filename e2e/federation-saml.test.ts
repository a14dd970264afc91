/**
 * People who sign in through a SAML identity provider. The provider is one of the tests, which lies when it is told to;
 * the browser carries what it says, as a form that another site posts.
 */
import assert from 'node:assert/strict';
import { createVerify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import {
  CreateIdentityProviderCommand,
  GetSigningCertificateCommand,
  ListUsersCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import {
  type Lies,
  readRequest,
  type SamlIdentityProvider,
  samlIdentityProvider,
} from '#federation/testing/saml-identity-provider.ts';
import { signatureOf } from '#federation/testing/saml-signature.ts';
import { openBrowser } from './browser.ts';
import { openFederation } from './federation-stage.ts';
import { type HttpSession, openHttpSession, type Page } from './http-session.ts';
import { authorizeUrl, callbackOf, redeem } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
const ENTITY = `urn:amazon:cognito:sp:${STORY.poolId}`;
const inStory = { UserPoolId: STORY.poolId };

let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
const corp = samlIdentityProvider('https://corp.example.com/metadata', Date.now);
const rival = samlIdentityProvider('https://rival.example.com/metadata', Date.now);
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  await add('Corp', corp);
  await add('Rival', rival);
  await at.enable('COGNITO', 'Corp', 'Rival');
});

const add = (ProviderName: string, idp: SamlIdentityProvider, details: Record<string, string> = {}) =>
  at.sdk.send(
    new CreateIdentityProviderCommand({
      ...inStory,
      ProviderName,
      ProviderType: 'SAML',
      ProviderDetails: { MetadataFile: idp.metadata(), IDPSignout: 'true', ...details },
      AttributeMapping: { email: EMAIL, name: 'displayName' },
    }),
  );

/** As far as the provider: the address that the browser is sent to. */
async function toProvider(session: HttpSession, identity_provider = 'Corp'): Promise<string> {
  const page = await session.follow(
    await session.get(authorizeUrl(at.hosted, { identity_provider })),
    at.hosted,
  );
  return page.location ?? assert.fail(`${page.status} at ${page.url}`);
}

/** What the provider makes the browser post, which carries no lax cookies then; the browser goes on with its own. */
async function post(session: HttpSession, form: Record<string, string>, path = 'idpresponse'): Promise<Page> {
  const posted = await openHttpSession().post(`${at.hosted}/saml2/${path}`, form, {
    origin: 'https://corp.example.com',
  });
  return session.follow(posted, at.hosted);
}

async function arrive(who: string, lies: Lies = {}, session = openHttpSession()): Promise<Page> {
  return post(session, corp.answer(who, readRequest(await toProvider(session)), lies));
}

const count = async () => (await at.sdk.send(new ListUsersCommand(inStory))).Users?.length;

const errorPage = (page: Page) => {
  assert.equal(page.status, 400, `${page.status} ${page.location}`);
  assert.equal(page.location, undefined);
  assert.match(page.body, /Request [\w-]+/);
};

test('FED-02 FED-05 FED-29 FED-76 FED-77 FED-91 a person signs in with what their provider posts', async () => {
  const session = openHttpSession();
  const redirect = new URL(await toProvider(session));
  assert.equal(redirect.origin + redirect.pathname, 'https://idp.example.com/sso');
  assert.deepEqual([...redirect.searchParams.keys()], ['tenant', 'SAMLRequest', 'RelayState']);
  const asked = readRequest(redirect.href);
  assert.equal(asked.issuer, ENTITY);
  assert.equal(asked.callbackUrl, `${at.hosted}/saml2/idpresponse`);
  assert.match(asked.xml, /ProtocolBinding="urn:oasis:names:tc:SAML:2\.0:bindings:HTTP-POST"/);
  const page = await post(session, corp.answer('maria', asked));
  const { body } = await redeem(at.hosted, callbackOf(page).get('code') ?? assert.fail(page.location));
  const id = decodeJwt(body['id_token'] ?? '');
  assert.equal(id['cognito:username'], 'Corp_10157003');
  assert.equal(id['email'], 'maria@example.com');
  assert.equal(id['name'], 'Maria Ruiz');
  const [identity] = id['identities'] as Record<string, string>[];
  assert.equal(identity?.['issuer'], corp.entityId);
  assert.equal(identity?.['providerType'], 'SAML');
});

test('FED-90 the NameID says who it is', async () => {
  const subjectOf = async (lies: Lies = {}) => {
    const code = callbackOf(await arrive('maria', lies)).get('code') ?? assert.fail();
    return decodeJwt((await redeem(at.hosted, code)).body['id_token'] ?? '').sub;
  };
  const first = await subjectOf();
  assert.equal(await subjectOf(), first);
  assert.notEqual(await subjectOf({ nameId: '10157003x' }), first);
});

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
  const got = await openHttpSession().get(`${at.hosted}/saml2/idpresponse`);
  assert.equal(got.status, 405);
  const initiated = new URLSearchParams({
    identity_provider: 'Corp',
    client_id: STORY.publicClient,
    redirect_uri: STORY.callback,
    response_type: 'code',
  });
  errorPage(await post(openHttpSession(), { SAMLResponse, RelayState: initiated.toString() }));
});

test('FED-27 ATK-22 an answer is good once, in the browser that asked', async () => {
  const mallory = openHttpSession();
  const form = corp.answer('otto', readRequest(await toProvider(mallory)));
  const victim = openHttpSession();
  await toProvider(victim);
  const before = await count();
  errorPage(await post(victim, form));
  assert.equal(await count(), before);
  assert.ok(callbackOf(await post(mallory, form)).get('code'));
  errorPage(await post(mallory, form));
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
    const answer = callbackOf(await arrive('otto', { nameId: 'nobody-knows', ...lies }));
    assert.equal(answer.get('error'), 'server_error', what);
    assert.equal(answer.get('state'), 'a state');
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

test('FED-92 FED-93 FED-94 FED-95 FED-96 FED-98 signing out here signs out at the provider, and comes back', async () => {
  const session = openHttpSession();
  const page = await arrive('maria', {}, session);
  assert.ok(callbackOf(page).get('code'));
  const bye = 'https://app.example.com/bye';
  const leave = (logout_uri: string) =>
    session.get(`${at.hosted}/logout?${new URLSearchParams({ client_id: STORY.publicClient, logout_uri })}`);
  const left = new URL((await leave(bye)).location ?? '');
  assert.equal(left.origin + left.pathname, 'https://idp.example.com/slo');
  // Gone already, whatever the provider does.
  const anew = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  assert.equal(anew.status, 200);
  const { Certificate } = await at.sdk.send(new GetSigningCertificateCommand(inStory));
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
  await arrive('maria', {}, session);
  errorPage(await leave('https://evil.example/bye'));
});

/** A LogoutResponse as the provider signs it. */
function logoutResponse(inResponseTo: string): string {
  const response =
    `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${at.hosted}/saml2/logout"` +
    ` ID="_bye${Date.now()}" InResponseTo="${inResponseTo}" IssueInstant="${new Date().toISOString()}" Version="2.0">` +
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${corp.entityId}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status></samlp:LogoutResponse>`;
  const signature = signatureOf(response, corp.keys);
  return Buffer.from(response.replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`)).toString(
    'base64',
  );
}

test('FED-97 where the option is off, signing out stays here', async () => {
  await add('Local', corp, { IDPSignout: 'false' });
  await at.enable('COGNITO', 'Corp', 'Rival', 'Local');
  const session = openHttpSession();
  const form = corp.answer('otto', readRequest(await toProvider(session, 'Local')));
  assert.ok(callbackOf(await post(session, form)).get('code'));
  const bye = 'https://app.example.com/bye';
  const query = new URLSearchParams({ client_id: STORY.publicClient, logout_uri: bye });
  assert.equal((await session.get(`${at.hosted}/logout?${query}`)).location, bye);
});

test('FED-03 FED-99 an answer to no sign-out, and a request to sign out, are refused', async () => {
  assert.equal((await openHttpSession().get(`${at.hosted}/saml2/logout`)).status, 405);
  errorPage(await post(openHttpSession(), { SAMLResponse: 'x', RelayState: 'unknown' }, 'logout'));
  errorPage(await post(openHttpSession(), { SAMLRequest: 'x', RelayState: 'unknown' }, 'logout'));
  errorPage(await post(openHttpSession(), {}, 'logout'));
});

test('FED-100 the signing certificate is one for each pool, and stays', async () => {
  const certificate = async () =>
    (await at.sdk.send(new GetSigningCertificateCommand(inStory))).Certificate ?? '';
  const all = await Promise.all(Array.from({ length: 5 }, certificate));
  assert.equal(new Set(all).size, 1);
  assert.match(all[0] ?? '', /^[A-Za-z0-9+/]+=*$/);
  assert.equal(new X509Certificate(Buffer.from(all[0] ?? '', 'base64')).subject, `CN=${STORY.poolId}`);
  const metadata = await openHttpSession().get(`${at.hosted}/saml2/metadata`);
  assert.match(metadata.headers.get('content-type') ?? '', /^application\/samlmetadata\+xml/);
  assert.ok(metadata.body.includes(all[0] ?? 'none'));
  assert.ok(metadata.body.includes(`entityID="${ENTITY}"`));
});

test('where an administrator allows it, a sign-in begins at the provider, and is asked for all the same', async () => {
  await at.sdk.send(
    new UpdateIdentityProviderCommand({
      ...inStory,
      ProviderName: 'Rival',
      ProviderDetails: { MetadataFile: rival.metadata(), IDPInit: 'true' },
    }),
  );
  const session = openHttpSession();
  const RelayState = new URLSearchParams({
    identity_provider: 'Rival',
    client_id: STORY.publicClient,
    redirect_uri: STORY.callback,
    response_type: 'code',
    scope: 'openid',
  }).toString();
  const nobody = { id: '', issuer: ENTITY, callbackUrl: `${at.hosted}/saml2/idpresponse` };
  const form = rival.answer('otto', { ...nobody, destination: '', relayState: RelayState, xml: '' });
  const begun = await post(session, form);
  const asked = readRequest(begun.location ?? '');
  assert.equal(asked.issuer, ENTITY);
  const page = await post(session, rival.answer('otto', asked));
  assert.ok(callbackOf(page).get('code'));
});

test('FED-29 in a browser: a post from another site, which carries no cookies of ours, signs in who began', async () => {
  // 127.0.0.1 is another site than localhost, as a provider elsewhere is.
  const provider = createServer((request, response) => {
    if (!request.url?.startsWith('/sso')) return void response.writeHead(404).end();
    const asked = readRequest(`http://${request.headers.host}${request.url}`);
    const { SAMLResponse, RelayState } = corp.answer('otto', asked);
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form method="post" action="${asked.callbackUrl}"><input type="hidden" name="SAMLResponse" value="${SAMLResponse}">` +
        `<input type="hidden" name="RelayState" value="${RelayState}"><button>Continue</button></form>`,
    );
  }).listen(0, '127.0.0.1');
  after(() => provider.close());
  await once(provider, 'listening');
  const { port } = provider.address() as AddressInfo;
  const signOn = `http://127.0.0.1:${port}/sso`;
  await add('Browsed', corp, { MetadataFile: corp.metadata({ signOn }) });
  await at.enable('COGNITO', 'Browsed');
  const context = await (await openBrowser()).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const posts: string[] = [];
  page.on('request', async (request) => {
    if (request.method() === 'POST') posts.push((await request.allHeaders())['cookie'] ?? '');
  });
  await page.goto(authorizeUrl(at.hosted));
  await page.getByRole('link', { name: 'Sign in with Browsed' }).click();
  await page.waitForURL(`${signOn}*`);
  const [back] = await Promise.all([
    page.waitForRequest((request) => request.url().startsWith(STORY.callback)),
    page.getByRole('button', { name: 'Continue' }).click(),
  ]);
  assert.match(back.url(), /[?&]code=/);
  assert.deepEqual(posts, ['']);
  await context.close();
});
