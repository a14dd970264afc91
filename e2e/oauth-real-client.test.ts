import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { fetchThrough } from './fetch-through.ts';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, callbackOf, hostedAt, mailedCode, openSignIn, PASSWORD, signUp } from './person.ts';
import { type StartOptions, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

interface Form {
  name: string;
  env?: StartOptions['env'];
  /** Where people see Foyer, and the pool, when not at the address of the process. */
  publicUrl?: string;
  hosted?: string;
  forwarded?: boolean;
}

const PROXY = { FOYER_TRUSTED_PROXIES: '127.0.0.1,::1' };
const FORMS: Form[] = [
  { name: 'by path' },
  {
    name: 'by host',
    env: { FOYER_DOMAIN_SUFFIX: 'auth.test', FOYER_PUBLIC_URL: 'http://idp.test' },
    publicUrl: 'http://idp.test',
    hosted: `http://${STORY.domain}.auth.us-east-1.auth.test`,
  },
  {
    name: 'by path behind a proxy with TLS',
    env: { ...PROXY, FOYER_PUBLIC_URL: 'https://idp.test' },
    publicUrl: 'https://idp.test',
    hosted: `https://idp.test/${STORY.domain}`,
    forwarded: true,
  },
  {
    name: 'by host behind a proxy with TLS',
    env: { ...PROXY, FOYER_PUBLIC_URL: 'https://idp.test', FOYER_DOMAIN_SUFFIX: 'auth.test' },
    publicUrl: 'https://idp.test',
    hosted: `https://${STORY.domain}.auth.us-east-1.auth.test`,
    forwarded: true,
  },
];

for (const form of FORMS)
  test(`HUI-02 HUI-04 HUI-06 HUI-08 HUI-214 HUI-215 ${form.name}: openid-client knows the issuer and nothing else`, async () => {
    const foyer = await startFoyer({ poolFile: storyPool(), env: form.env });
    const publicUrl = form.publicUrl ?? foyer.url;
    const hosted = form.hosted ?? `${foyer.url}/${STORY.domain}`;
    const issuer = `${publicUrl}/${STORY.poolId}`;
    const through = fetchThrough(foyer, { forwarded: form.forwarded ?? false });

    const config = await openid.discovery(
      new URL(issuer),
      STORY.webClient,
      undefined,
      openid.ClientSecretBasic(STORY.webSecret),
      {
        execute: [openid.allowInsecureRequests],
        [openid.customFetch]: (address, init) => through(address, init as RequestInit),
      },
    );
    assert.equal(config.serverMetadata().authorization_endpoint, `${hosted}/oauth2/authorize`);

    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const nonce = openid.randomNonce();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: STORY.callback,
      scope: 'openid email',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const session = openHttpSession(through);
    const email = 'mina@example.com';
    const open = async () => session.follow(await session.get(url.href), hosted);

    // Through the pages: an account, its code, and back in the application.
    const confirm = await signUp(session, hosted, email);
    await session.submit(confirm, { code: await mailedCode(foyer, email) }, /\/confirm\b/);
    const signIn = await open();
    const done = await session.follow(
      await session.submit(signIn, { username: email, password: PASSWORD }, /name="password"/),
      hosted,
    );
    assert.equal(callbackOf(done).get('state'), state);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    const tokens = await openid.authorizationCodeGrant(config, new URL(done.location ?? ''), checks);
    const { sub } = tokens.claims() ?? {};
    assert.ok(sub);

    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { [customFetch]: through });
    const id = await jwtVerify(tokens.id_token ?? '', keys, { issuer, audience: STORY.webClient });
    assert.equal(id.payload['email'], email);
    const access = await jwtVerify(tokens.access_token, keys, { issuer });
    assert.equal(access.payload['client_id'], STORY.webClient);

    assert.equal((await openid.fetchUserInfo(config, tokens.access_token, sub)).email, email);
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    assert.equal(refreshed.claims()?.sub, sub);

    // A second visit asks nothing; after signing out it asks again.
    assert.ok(callbackOf(await open()).get('code'));
    const out = openid.buildEndSessionUrl(config, {
      post_logout_redirect_uri: 'https://app.example.com/bye',
      id_token_hint: tokens.id_token ?? '',
    });
    assert.ok(out.href.startsWith(`${hosted}/logout?`));
    assert.equal((await session.get(out.href)).location, 'https://app.example.com/bye');
    assert.equal((await open()).location, undefined, 'the sign-in page is shown');

    await openid.tokenRevocation(config, tokens.refresh_token ?? '');
    await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, sub));
    await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token ?? ''), {
      error: 'invalid_grant',
    });
  });

test('HUI-114 the provider of the pool itself leads to its own form, and to no other way in', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const page = await openSignIn(openHttpSession(), hostedAt(foyer), { identity_provider: 'COGNITO' });
  assert.equal(page.status, 200);
  assert.match(page.body, /name="username"[\s\S]*name="password"/);
  assert.doesNotMatch(page.body, /idpButton-customizable|socialButton-customizable/);
  const elsewhere = await openHttpSession().get(
    authorizeUrl(hostedAt(foyer), { identity_provider: 'Google' }),
  );
  assert.match(elsewhere.location ?? '', /\/story\/error\?error=invalid_provider/);
});

test('HUI-37 HUI-200 a machine gets a token by the metadata of RFC 8414', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const issuer = new URL(`${foyer.url}/${STORY.poolId}`);
  const config = await openid.discovery(issuer, STORY.machineClient, STORY.webSecret, undefined, {
    algorithm: 'oauth2',
    execute: [openid.allowInsecureRequests],
  });
  const { access_token, expires_in } = await openid.clientCredentialsGrant(config);
  assert.equal(expires_in, 3600);
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(access_token, keys, { issuer: issuer.href });
  assert.equal(payload.sub, STORY.machineClient);
  assert.equal(payload['scope'], 'orders/read');
});
