/**
 * People who sign in through Google, Facebook, Amazon, Apple, GitHub and through OpenID providers of all manners, good
 * and bad. The vendors are servers of this machine that behave as the vendors document: the operator's setting leads
 * there.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  AdminGetUserCommand,
  DescribeIdentityProviderCommand,
  InvalidParameterException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt, type JWTPayload } from 'jose';
import { openAmazon } from '../federation/testing/amazon.ts';
import { openApple } from '../federation/testing/apple.ts';
import { openFacebook } from '../federation/testing/facebook.ts';
import { openGithub } from '../federation/testing/github.ts';
import type { LocalVendor } from '../federation/testing/local-vendor.ts';
import { openOidcProvider } from '../federation/testing/oidc-provider.ts';
import { type OpenIdVendor, openOpenIdVendor } from '../federation/testing/openid-vendor.ts';
import { openFederation, type Texts } from './federation-stage.ts';
import { openHttpSession, type Page } from './http-session.ts';
import { authorizeUrl, callbackOf, redeem } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';
const MARIA = '10157003';
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
let facebook: LocalVendor;
let amazon: LocalVendor;
let github: LocalVendor;
let google: OpenIdVendor;
let apple: OpenIdVendor;
/** The OpenID provider of a company. */
let corp: OpenIdVendor;

before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  const callbackUrl = `${at.hosted}/oauth2/idpresponse`;
  const app = { id: 'app-1', secret: SECRET, callbackUrl };
  const client = { clientId: app.id, clientSecret: SECRET, callbackUrl };
  const team = {
    clientId: app.id,
    teamId: 'TEAM123456',
    keyId: 'KEY1234567',
    publicKey,
    callbackUrl,
    now: Date.now,
  };
  facebook = await openFacebook(app);
  amazon = await openAmazon(app);
  github = await openGithub(app);
  google = await openOpenIdVendor({ ...client, extra: { favourite_colour: 'green' } });
  apple = await openApple(team);
  corp = await openOpenIdVendor({ ...client, alg: 'ES256' });
  const openid = ({ base }: LocalVendor) => ({
    oidc_issuer: base,
    authorize_url: `${base}/authorize`,
    token_url: `${base}/token`,
    jwks_uri: `${base}/jwks`,
  });
  const endpoints = {
    Google: { ...openid(google), attributes_url: `${google.base}/userinfo` },
    SignInWithApple: openid(apple),
    Facebook: {
      authorize_url: `${facebook.base}/v17.0/dialog/oauth`,
      token_url: `${facebook.base}/v17.0/oauth/access_token`,
      attributes_url: `${facebook.base}/v17.0/me?fields=`,
    },
    LoginWithAmazon: {
      authorize_url: `${amazon.base}/ap/oa`,
      token_url: `${amazon.base}/auth/o2/token`,
      tokeninfo_url: `${amazon.base}/auth/o2/tokeninfo`,
      attributes_url: `${amazon.base}/user/profile`,
    },
    GitHub: {
      authorize_url: `${github.base}/login/oauth/authorize`,
      token_url: `${github.base}/login/oauth/access_token`,
      attributes_url: `${github.base}/user`,
    },
  };
  await foyer.restart({ FOYER_PROVIDER_ENDPOINTS: JSON.stringify(endpoints) });
  const social = (
    ProviderName: 'Facebook' | 'Google' | 'LoginWithAmazon',
    authorize_scopes: string,
    mapping: Texts,
  ) =>
    at.add(ProviderName, {
      ProviderType: ProviderName,
      ProviderDetails: { client_id: app.id, client_secret: SECRET, authorize_scopes },
      AttributeMapping: mapping,
    });
  await social('Facebook', 'public_profile, email', { email: 'email', given_name: 'first_name' });
  await social('Google', 'profile email', {
    email: 'email',
    email_verified: 'email_verified',
    nickname: 'favourite_colour',
  });
  await social('LoginWithAmazon', 'profile postal_code', { email: 'email', address: 'postal_code' });
  await at.add('SignInWithApple', {
    ProviderType: 'SignInWithApple',
    ProviderDetails: {
      client_id: team.clientId,
      team_id: team.teamId,
      key_id: team.keyId,
      private_key: privateKey,
      authorize_scopes: 'email name',
    },
    AttributeMapping: { email: 'email', family_name: 'lastName' },
  });
  await at.add('GitHub', {
    ProviderDetails: {
      ...corpDetails(),
      oidc_issuer: 'https://github.com',
      authorize_scopes: 'read:user user:email',
    },
    AttributeMapping: { email: 'email', email_verified: 'email_verified', nickname: 'preferred_username' },
  });
  await at.add('Corp', {
    ProviderDetails: corpDetails(),
    AttributeMapping: { email: 'email', nickname: 'only_id_token', profile: 'only_userinfo' },
  });
  await at.enable('COGNITO', 'Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'GitHub', 'Corp');
});
after(() => Promise.all([facebook, amazon, github, google, apple, corp].map((vendor) => vendor?.close())));

const corpDetails = (): Texts => ({
  client_id: 'app-1',
  client_secret: SECRET,
  authorize_scopes: 'openid email',
  oidc_issuer: corp.base,
});

/** From the application to the vendor's page, which is not looked at yet. */
async function leave(provider: string, session = openHttpSession()) {
  const start = await session.get(authorizeUrl(at.hosted, { identity_provider: provider }));
  const { location = '' } = await session.follow(start, foyer.url);
  return { session, to: new URL(location) };
}

/** The whole way. A post from the vendor's page is of another site: no cookie of ours goes with it. */
async function arrive(provider: string, who = 'maria'): Promise<Page> {
  const { session, to } = await leave(provider);
  const there = await session.get(to.href, { 'x-person': who });
  const back = there.location
    ? await session.get(there.location)
    : await session.get((await openHttpSession().submit(there, {})).location ?? '');
  return session.follow(back, foyer.url);
}

async function claims(page: Page) {
  const { body } = await redeem(at.hosted, callbackOf(page).get('code') ?? assert.fail(page.location));
  return decodeJwt(body['id_token'] ?? '');
}

const user = (Username: string) =>
  at.sdk.send(new AdminGetUserCommand({ UserPoolId: STORY.poolId, Username }));

/** The application is told no, and nobody was made. */
async function refused(page: Page, nobody = `Corp_${MARIA}`): Promise<string> {
  const answer = callbackOf(page);
  assert.equal(answer.get('code'), null);
  assert.ok(answer.get('error'), page.location);
  assert.equal(answer.get('state'), 'a state');
  await assert.rejects(user(nobody), UserNotFoundException);
  return `${answer.get('error')}: ${answer.get('error_description')}`;
}

test('FED-09 FED-30 FED-31 FED-38 the browser goes straight to the vendor with the scopes as the vendor writes them', async () => {
  const expected: [string, LocalVendor, string][] = [
    ['Facebook', facebook, 'public_profile,email'],
    ['Google', google, 'openid profile email'],
    ['LoginWithAmazon', amazon, 'profile postal_code'],
  ];
  for (const [provider, vendor, scope] of expected) {
    const { to } = await leave(provider);
    assert.equal(to.origin, vendor.base);
    assert.equal(to.searchParams.get('scope'), scope);
    assert.equal(to.searchParams.get('client_id'), 'app-1');
    assert.equal(to.searchParams.get('redirect_uri'), `${at.hosted}/oauth2/idpresponse`);
  }
});

test('FED-34 FED-35 FED-36 each vendor has its own key of a person, and any of its names can be mapped', async () => {
  const viaFacebook = await claims(await arrive('Facebook'));
  assert.equal(viaFacebook['cognito:username'], `Facebook_${MARIA}`);
  assert.equal(viaFacebook['given_name'], 'Maria');
  const asked = facebook.seen.find(({ path }) => path === '/v17.0/me');
  assert.deepEqual(asked?.query.get('fields')?.split(',').sort(), ['email', 'first_name', 'id']);
  const viaGoogle = await claims(await arrive('Google'));
  assert.equal(viaGoogle['cognito:username'], `Google_${MARIA}`);
  assert.deepEqual([viaGoogle['nickname'], viaGoogle['email_verified']], ['green', true]);
  const viaAmazon = await claims(await arrive('LoginWithAmazon'));
  assert.equal(viaAmazon['cognito:username'], `LoginWithAmazon_amzn1.account.${MARIA}`);
  assert.equal(viaAmazon['email'], 'maria@example.com');
});

test('Apple posts its answer from its own page; the name is kept from the first visit', async () => {
  const first = await claims(await arrive('SignInWithApple', 'otto'));
  assert.equal(first['cognito:username'], 'SignInWithApple_10157004');
  const second = await claims(await arrive('SignInWithApple', 'otto'));
  assert.deepEqual([second['family_name'], second['sub']], ['Øst', first['sub']]);
});

test('GitHub is a provider of type OIDC by its issuer', async () => {
  const { nickname, email, email_verified, ...rest } = await claims(await arrive('GitHub'));
  assert.equal(rest['cognito:username'], `GitHub_${MARIA}`);
  assert.deepEqual([nickname, email, email_verified], ['maria', 'maria@example.com', true]);
});

test('FED-37 what is described of a social provider is where the vendor is, whatever the operator sets', async () => {
  const { IdentityProvider } = await at.sdk.send(
    new DescribeIdentityProviderCommand({ UserPoolId: STORY.poolId, ProviderName: 'Facebook' }),
  );
  const { authorize_url, token_url, attributes_url } = IdentityProvider?.ProviderDetails ?? {};
  assert.equal(authorize_url, 'https://www.facebook.com/v17.0/dialog/oauth');
  assert.equal(token_url, 'https://graph.facebook.com/v17.0/oauth/access_token');
  assert.equal(attributes_url, 'https://graph.facebook.com/v17.0/me?fields=');
});

test('FED-39 FED-40 FED-42 FED-45 an OpenID provider that cannot work is refused when it is made', async () => {
  const wrong: [Texts, RegExp][] = [
    [{ oidc_issuer: 'http://idp.example.com' }, /oidc_issuer/],
    [{ oidc_issuer: `${corp.base}/` }, /end with \//],
    [{ oidc_issuer: `${corp.base}/nowhere` }, /authorize_url, token_url, attributes_url, jwks_uri/],
    [{ authorize_scopes: 'email profile' }, /openid/],
    [{ attributes_request_method: 'PUT' }, /GET or POST/],
  ];
  for (const [details, message] of wrong) {
    const ProviderDetails = { ...corpDetails(), ...details };
    await assert.rejects(at.add('Wrong', { ProviderDetails }), (error) => {
      assert.ok(error instanceof InvalidParameterException, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

test('FED-41 FED-43 FED-44 endpoints are discovered or given, and user info is called as the administrator says', async () => {
  const describe = async (ProviderName: string) => {
    const command = new DescribeIdentityProviderCommand({ UserPoolId: STORY.poolId, ProviderName });
    return (await at.sdk.send(command)).IdentityProvider?.ProviderDetails ?? {};
  };
  const four = {
    authorize_url: `${corp.base}/authorize`,
    token_url: `${corp.base}/token`,
    attributes_url: `${corp.base}/userinfo`,
    jwks_uri: `${corp.base}/jwks`,
  };
  const { authorize_url, token_url, attributes_url, jwks_uri } = await describe('Corp');
  assert.deepEqual({ authorize_url, token_url, attributes_url, jwks_uri }, four);
  // Nothing is published there, and the vendor's tokens are of that issuer.
  const issuer = `${corp.base}/unpublished`;
  const ProviderDetails = {
    ...corpDetails(),
    ...four,
    oidc_issuer: issuer,
    attributes_request_method: 'POST',
  };
  await at.add('ByHand', { ProviderDetails });
  await at.enable(
    'COGNITO',
    'Facebook',
    'Google',
    'LoginWithAmazon',
    'SignInWithApple',
    'GitHub',
    'Corp',
    'ByHand',
  );
  corp.forge.claims = (plain) => ({ ...plain, iss: issuer });
  corp.seen.length = 0;
  const { 'cognito:username': name } = await claims(await arrive('ByHand'));
  corp.forge.claims = undefined;
  assert.equal(name, `ByHand_${MARIA}`);
  const methods = corp.seen.filter(({ path }) => path === '/userinfo').map(({ method }) => method);
  assert.deepEqual(methods, ['POST']);
});

test('FED-52 FED-53 FED-54 FED-55 FED-56 ATK-15 an ID token that is forged, foreign or old signs nobody in', async () => {
  const { sign } = corp;
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const unknown = { token: (plain: JWTPayload) => sign(plain, { kid: 'unknown' }) };
  const forgeries: OpenIdVendor['forge'][] = [
    { claims: (plain) => ({ ...plain, iss: 'https://evil.example.com' }) },
    { claims: (plain) => ({ ...plain, aud: 'another' }) },
    { claims: (plain) => ({ ...plain, nonce: 'another' }) },
    { claims: (plain) => ({ ...plain, exp: (plain.iat ?? 0) - 120 }) },
    { token: async (plain) => (await sign(plain)).replace(/[^.]+$/, (await sign({})).split('.')[2] ?? '') },
    unknown,
    { token: (plain) => `${none}.${Buffer.from(JSON.stringify(plain)).toString('base64url')}.` },
  ];
  for (const forgery of forgeries) {
    Object.assign(corp.forge, { claims: undefined, token: undefined, ...forgery });
    corp.seen.length = 0;
    await refused(await arrive('Corp'));
    if (forgery === unknown) assert.equal(corp.seen.filter(({ path }) => path === '/jwks').length, 1);
  }
  Object.assign(corp.forge, { claims: undefined, token: undefined });
});

test('FED-57 FED-58 user info of another person, or none, signs nobody in', async () => {
  corp.forge.userInfo = (plain) => ({ json: { ...plain, sub: '10157004' } });
  await refused(await arrive('Corp'));
  corp.forge.userInfo = () => ({ status: 403, json: { error: 'insufficient_scope' } });
  assert.match(await refused(await arrive('Corp')), /^invalid_request: Corp Error - 403 insufficient_scope/);
  corp.forge.userInfo = undefined;
});

test('what a provider sends instead of an answer signs nobody in, and the log names the cause without secrets', async () => {
  const nonsense = [
    { body: '<h1>Under maintenance</h1>' },
    { status: 500, body: '' },
    { status: 302, headers: { location: '/token' } },
    { bytes: 100 * 1024 * 1024 },
    { status: 400, json: { error: 'invalid_client', error_description: `bad secret ${SECRET}` } },
  ];
  for (const reply of nonsense) {
    corp.broken.set('/token', reply);
    assert.match(await refused(await arrive('Corp')), /^invalid_request: /);
  }
  corp.broken.clear();
  const lines = foyer.log().filter((line) => line.includes('a sign-in through a provider was refused'));
  assert.ok(lines.length >= nonsense.length);
  assert.ok(!foyer.log().some((line) => line.includes(SECRET) || line.includes('access-')));
});

test('FED-50 FED-51 FED-59 the code is exchanged with the secret in the form, and both sources of claims are mapped', async () => {
  corp.seen.length = 0;
  const { nickname, profile, ...rest } = await claims(await arrive('Corp'));
  assert.deepEqual([nickname, profile], ['yes', 'yes']);
  assert.equal(rest['cognito:username'], `Corp_${MARIA}`);
  const [exchange] = corp.seen.filter(({ path }) => path === '/token');
  assert.equal(exchange?.form.get('client_id'), 'app-1');
  assert.equal(exchange?.form.get('client_secret'), SECRET);
  assert.equal(exchange?.headers.authorization, undefined);
  const [info] = corp.seen.filter(({ path }) => path === '/userinfo');
  assert.match(info?.headers.authorization ?? '', /^Bearer access-/);
});

test('a bare oidc-provider is a provider like any other', async (t) => {
  const callbackUrl = `${at.hosted}/oauth2/idpresponse`;
  const bare = await openOidcProvider({ id: 'app-1', secret: SECRET, callbackUrl });
  t.after(() => bare.close());
  await at.add('Bare', { ProviderDetails: { ...corpDetails(), oidc_issuer: bare.base } });
  await at.enable('COGNITO', 'Corp', 'Bare');
  const { session, to } = await leave('Bare');
  // It publishes that it takes PKCE, and names itself in its answer.
  assert.equal(to.searchParams.get('code_challenge_method'), 'S256');
  const { parameters } = await bare.visit(to.href, 'maria');
  assert.equal(parameters['iss'], bare.base);
  const back = await session.get(`${callbackUrl}?${new URLSearchParams(parameters)}`);
  const { email, ...rest } = await claims(await session.follow(back, foyer.url));
  assert.deepEqual([rest['cognito:username'], email], ['Bare_maria', 'maria@example.com']);
});

test('a provider may change its keys at any moment', async () => {
  await corp.rotate();
  assert.equal((await claims(await arrive('Corp')))['cognito:username'], `Corp_${MARIA}`);
});

test('ATK-48 ATK-49 what the operator does not allow is not called: issuer, keys, user info', async () => {
  // This machine is within reach in development only; now it is not.
  await foyer.restart({ FOYER_OUTGOING_ALLOW: 'idp.invalid' });
  // The pool file has said again which ways in the client has.
  await at.enable('COGNITO', 'Corp');
  corp.seen.length = 0;
  const { host } = new URL(corp.base);
  for (const oidc_issuer of [
    corp.base,
    `https://${host}`,
    'https://169.254.169.254',
    'https://[::1]',
    'https://localhost',
  ])
    await assert.rejects(
      at.add('Inside', { ProviderDetails: { ...corpDetails(), oidc_issuer } }),
      InvalidParameterException,
    );
  // One that was made before is as far away: its person comes back, and nothing is fetched.
  assert.match(
    await refused(await arrive('Corp', 'otto'), 'Corp_10157004'),
    /^invalid_request: Error in calling IdP/,
  );
  assert.deepEqual(new Set(corp.seen.map(({ path }) => path)), new Set(['/authorize']));
});
