/** People who sign in through a SAML identity provider, and come back as who they are. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { UpdateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import {
  type Lies,
  readRequest,
  type SamlIdentityProvider,
} from '#federation/testing/saml-identity-provider.ts';
import { openBrowser } from './browser.ts';
import { EMAIL, ENTITY, errorPage, inStory, openSamlStage } from './federation-saml-stage.ts';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, callbackOf, redeem } from './person.ts';
import { STORY } from './story-pool.ts';

const { sdk, hosted, enable, corp, rival, create, add, toProvider, post, arrive, count } =
  await openSamlStage();

test('FED-02 FED-05 FED-29 FED-76 FED-77 FED-91 a person signs in with what their provider posts', async () => {
  const session = openHttpSession();
  const redirect = new URL(await toProvider(session));
  assert.equal(redirect.origin + redirect.pathname, 'https://idp.example.com/sso');
  assert.deepEqual([...redirect.searchParams.keys()], ['tenant', 'SAMLRequest', 'RelayState']);
  const asked = readRequest(redirect.href);
  assert.equal(asked.issuer, ENTITY);
  assert.equal(asked.callbackUrl, `${hosted}/saml2/idpresponse`);
  assert.match(asked.xml, /ProtocolBinding="urn:oasis:names:tc:SAML:2\.0:bindings:HTTP-POST"/);
  const page = await post(session, corp.answer('maria', asked));
  const { body } = await redeem(hosted, callbackOf(page).get('code') ?? assert.fail(page.location));
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
    return decodeJwt((await redeem(hosted, code)).body['id_token'] ?? '').sub;
  };
  const first = await subjectOf();
  assert.equal(await subjectOf(), first);
  assert.notEqual(await subjectOf({ nameId: '10157003x' }), first);
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

test('where an administrator allows it, a sign-in begins at the provider, and is asked for all the same', async () => {
  await sdk.send(
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
  const nobody = { id: '', issuer: ENTITY, callbackUrl: `${hosted}/saml2/idpresponse` };
  const form = rival.answer('otto', { ...nobody, destination: '', relayState: RelayState, xml: '' });
  const long = new URLSearchParams(RelayState);
  long.set('state', 'x'.repeat(100_000));
  errorPage(await post(openHttpSession(), { ...form, RelayState: long.toString() }));
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
  await enable('COGNITO', 'Browsed');
  const context = await (await openBrowser()).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const posts: string[] = [];
  page.on('request', async (request) => {
    if (request.method() === 'POST') posts.push((await request.allHeaders())['cookie'] ?? '');
  });
  await page.goto(authorizeUrl(hosted));
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

test('FED-103 FED-120 attributes are mapped by the names that the provider has for them, of whatever form', async () => {
  const given = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname';
  const department = 'urn:oid:2.5.4.11';
  await create('Named', { MetadataFile: corp.metadata() }, { given_name: given, nickname: department });
  await enable('COGNITO', 'Named');
  const attribute = (name: string, ...values: string[]) =>
    `<saml:Attribute FriendlyName="no" Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`;
  const attributes =
    attribute(EMAIL, 'maria@corp.example') +
    attribute(given, 'Mar\u00eda') +
    attribute(department, 'R&amp;D', 'Sales');
  const page = await arrive('maria', { attributes }, { provider: 'Named' });
  const { body } = await redeem(hosted, callbackOf(page).get('code') ?? assert.fail(page.location));
  const id = decodeJwt(body['id_token'] ?? '');
  assert.deepEqual(
    [id['email'], id['given_name'], id['nickname']],
    ['maria@corp.example', 'Mar\u00eda', '[R%26D,Sales]'],
  );
  await enable('COGNITO', 'Corp', 'Rival');
});

test('FED-74 several providers stand side by side, each with people of its own', async () => {
  const subjectAt = async (provider: string, idp: SamlIdentityProvider) => {
    const page = await arrive('maria', {}, { provider, idp });
    const { body } = await redeem(hosted, callbackOf(page).get('code') ?? assert.fail(page.location));
    const { sub, 'cognito:username': username } = decodeJwt(body['id_token'] ?? '');
    return { sub, username };
  };
  const [atCorp, atRival] = [await subjectAt('Corp', corp), await subjectAt('Rival', rival)];
  assert.deepEqual([atCorp.username, atRival.username], ['Corp_10157003', 'Rival_10157003']);
  assert.notEqual(atCorp.sub, atRival.sub);
  // In two windows of one browser at once, and back in the other order.
  const session = openHttpSession();
  const first = readRequest(await toProvider(session, 'Corp'));
  const second = readRequest(await toProvider(session, 'Rival'));
  assert.notEqual(first.destination, '');
  for (const page of [
    await post(session, rival.answer('otto', second)),
    await post(session, corp.answer('otto', first)),
  ])
    assert.ok(callbackOf(page).get('code'), page.location);
});
