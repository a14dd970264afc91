/**
 * People who sign in through Google, Facebook, Amazon, Apple and GitHub. The vendors are servers of this machine that
 * behave as the vendors document: the operator's setting leads there.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DescribeIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { openAmazon } from '../federation/testing/amazon.ts';
import { openApple } from '../federation/testing/apple.ts';
import { openFacebook } from '../federation/testing/facebook.ts';
import { openGithub } from '../federation/testing/github.ts';
import type { LocalVendor } from '../federation/testing/local-vendor.ts';
import { type OpenIdVendor, openOpenIdVendor } from '../federation/testing/openid-vendor.ts';
import { openFederation, type Texts } from './federation-stage.ts';
import { travel } from './federation-travel.ts';
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
let way: ReturnType<typeof travel>;
let facebook: LocalVendor;
let amazon: LocalVendor;
let github: LocalVendor;
let google: OpenIdVendor;
let apple: OpenIdVendor;

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
      client_id: app.id,
      client_secret: SECRET,
      oidc_issuer: 'https://github.com',
      authorize_scopes: 'read:user user:email',
    },
    AttributeMapping: { email: 'email', email_verified: 'email_verified', nickname: 'preferred_username' },
  });
  await at.enable('COGNITO', 'Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'GitHub');
  way = travel(foyer, at.hosted);
});
after(() => Promise.all([facebook, amazon, github, google, apple].map((vendor) => vendor?.close())));

test('FED-09 FED-30 FED-31 FED-38 the browser goes straight to the vendor with the scopes as the vendor writes them', async () => {
  const expected: [string, LocalVendor, string][] = [
    ['Facebook', facebook, 'public_profile,email'],
    ['Google', google, 'openid profile email'],
    ['LoginWithAmazon', amazon, 'profile postal_code'],
  ];
  for (const [provider, vendor, scope] of expected) {
    const { to } = await way.leave(provider);
    assert.equal(to.origin, vendor.base);
    assert.equal(to.searchParams.get('scope'), scope);
    assert.equal(to.searchParams.get('client_id'), 'app-1');
    assert.equal(to.searchParams.get('redirect_uri'), `${at.hosted}/oauth2/idpresponse`);
  }
});

test('FED-34 FED-35 FED-36 each vendor has its own key of a person, and any of its names can be mapped', async () => {
  const viaFacebook = await way.claims(await way.arrive('Facebook'));
  assert.equal(viaFacebook['cognito:username'], `Facebook_${MARIA}`);
  assert.equal(viaFacebook['given_name'], 'Maria');
  const asked = facebook.seen.find(({ path }) => path === '/v17.0/me');
  assert.deepEqual(asked?.query.get('fields')?.split(',').sort(), ['email', 'first_name', 'id']);
  const viaGoogle = await way.claims(await way.arrive('Google'));
  assert.equal(viaGoogle['cognito:username'], `Google_${MARIA}`);
  assert.deepEqual([viaGoogle['nickname'], viaGoogle['email_verified']], ['green', true]);
  const viaAmazon = await way.claims(await way.arrive('LoginWithAmazon'));
  assert.equal(viaAmazon['cognito:username'], `LoginWithAmazon_amzn1.account.${MARIA}`);
  assert.equal(viaAmazon['email'], 'maria@example.com');
});

test('Apple posts its answer from its own page; the name is kept from the first visit', async () => {
  const first = await way.claims(await way.arrive('SignInWithApple', 'otto'));
  assert.equal(first['cognito:username'], 'SignInWithApple_10157004');
  const second = await way.claims(await way.arrive('SignInWithApple', 'otto'));
  assert.deepEqual([second['family_name'], second['sub']], ['Øst', first['sub']]);
});

test('GitHub is a provider of type OIDC by its issuer', async () => {
  const { nickname, email, email_verified, ...rest } = await way.claims(await way.arrive('GitHub'));
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
