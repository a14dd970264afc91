/** People who sign in through OpenID providers of all manners, good and bad: servers of this machine, told to lie. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AdminGetUserCommand,
  DescribeIdentityProviderCommand,
  InvalidParameterException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { JWTPayload } from 'jose';
import { openOidcProvider } from '../federation/testing/oidc-provider.ts';
import { type OpenIdVendor, openOpenIdVendor } from '../federation/testing/openid-vendor.ts';
import { openFederation, type Texts } from './federation-stage.ts';
import { travel } from './federation-travel.ts';
import type { Page } from './http-session.ts';
import { callbackOf } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';
const MARIA = '10157003';

let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
let way: ReturnType<typeof travel>;
/** The OpenID provider of a company. */
let corp: OpenIdVendor;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  way = travel(foyer, at.hosted);
  const callbackUrl = `${at.hosted}/oauth2/idpresponse`;
  corp = await openOpenIdVendor({ clientId: 'app-1', clientSecret: SECRET, callbackUrl, alg: 'ES256' });
  await at.add('Corp', {
    ProviderDetails: corpDetails(),
    AttributeMapping: { email: 'email', nickname: 'only_id_token', profile: 'only_userinfo' },
  });
  await at.enable('COGNITO', 'Corp');
});
after(() => corp?.close());

const corpDetails = (): Texts => ({
  client_id: 'app-1',
  client_secret: SECRET,
  authorize_scopes: 'openid email',
  oidc_issuer: corp.base,
});

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
  await at.enable('COGNITO', 'Corp', 'ByHand');
  corp.forge.claims = (plain) => ({ ...plain, iss: issuer });
  corp.seen.length = 0;
  const { 'cognito:username': name } = await way.claims(await way.arrive('ByHand'));
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
    await refused(await way.arrive('Corp'));
    if (forgery === unknown) assert.equal(corp.seen.filter(({ path }) => path === '/jwks').length, 1);
  }
  Object.assign(corp.forge, { claims: undefined, token: undefined });
});

test('FED-57 FED-58 user info of another person, or none, signs nobody in', async () => {
  corp.forge.userInfo = (plain) => ({ json: { ...plain, sub: '10157004' } });
  await refused(await way.arrive('Corp'));
  corp.forge.userInfo = () => ({ status: 403, json: { error: 'insufficient_scope' } });
  assert.match(
    await refused(await way.arrive('Corp')),
    /^invalid_request: Corp Error - 403 insufficient_scope/,
  );
  corp.forge.userInfo = undefined;
});

test('FED-50 FED-51 FED-59 the code is exchanged with the secret in the form, and both sources of claims are mapped', async () => {
  corp.seen.length = 0;
  const { nickname, profile, ...rest } = await way.claims(await way.arrive('Corp'));
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
  const { session, to } = await way.leave('Bare');
  // It publishes that it takes PKCE, and names itself in its answer.
  assert.equal(to.searchParams.get('code_challenge_method'), 'S256');
  const { parameters } = await bare.visit(to.href, 'maria');
  assert.equal(parameters['iss'], bare.base);
  const back = await session.get(`${callbackUrl}?${new URLSearchParams(parameters)}`);
  const { email, ...rest } = await way.claims(await session.follow(back, foyer.url));
  assert.deepEqual([rest['cognito:username'], email], ['Bare_maria', 'maria@example.com']);
});

test('a provider may change its keys at any moment', async () => {
  await corp.rotate();
  assert.equal((await way.claims(await way.arrive('Corp')))['cognito:username'], `Corp_${MARIA}`);
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
    await refused(await way.arrive('Corp', 'otto'), 'Corp_10157004'),
    /^invalid_request: Error in calling IdP/,
  );
  assert.deepEqual(new Set(corp.seen.map(({ path }) => path)), new Set(['/authorize']));
});
