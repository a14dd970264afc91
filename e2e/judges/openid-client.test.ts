/**
 * openid-client, unmodified, as an application that trusts no bearer token: it pushes its requests, proves itself by its
 * own key, and binds its tokens to another one. It knows the issuer and its client id, and nothing else of Foyer.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import { before, test } from 'node:test';
import { calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose';
import * as openid from 'openid-client';
import { type HttpSession, openHttpSession } from '../http-session.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { ANN, hostedPagesAt, issuerAt, openIdPool } from './openid-pool.ts';

const CLIENT = 'openidclientlibrary0000001';
const CALLBACK = 'https://app.example.com/callback';
const BYE = 'https://app.example.com/bye';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let foyer: Foyer;
let config: openid.Configuration;
before(async () => {
  const client = {
    id: CLIENT,
    name: 'The library',
    callback: CALLBACK,
    bye: BYE,
    openId: {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one' }] },
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
    },
  };
  foyer = await startFoyer({ poolFile: openIdPool([client], 'par dpop jwt-client-auth') });
  config = await discover();
});

async function discover({ privateKey } = keys): Promise<openid.Configuration> {
  const key = privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  return openid.discovery(
    new URL(issuerAt(foyer)),
    CLIENT,
    undefined,
    openid.PrivateKeyJwt({ key: key as webcrypto.CryptoKey, kid: 'one' }),
    { execute: [openid.allowInsecureRequests] },
  );
}

async function openBrowserWithKey() {
  const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true });
  return {
    browser: openHttpSession(),
    DPoP: openid.getDPoPHandle(config, pair),
    thumbprint: await calculateJwkThumbprint(await exportJWK(pair.publicKey)),
  };
}

/** From the application to the application, over the hosted page where it is shown; with what was kept meanwhile. */
async function authorize(browser: HttpSession, DPoP: openid.DPoPHandle, more: Record<string, string> = {}) {
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    idTokenExpected: true,
  };
  const address = await openid.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: CALLBACK,
      scope: 'openid email profile',
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      ...more,
    },
    { DPoP },
  );
  const hosted = hostedPagesAt(foyer);
  let page = await browser.follow(await browser.get(address.href), hosted);
  if (!page.location) {
    const form = { username: ANN.email, password: ANN.password };
    page = await browser.follow(await browser.submit(page, form), hosted);
  }
  assert.ok(page.location?.startsWith(CALLBACK), `back in the application, not at ${page.url}`);
  return { address, checks, answer: new URL(page.location ?? '') };
}

const signIn = async (browser: HttpSession, DPoP: openid.DPoPHandle) => {
  const { checks, answer } = await authorize(browser, DPoP);
  return openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
};

test('OID-250 OID-251 OID-252 openid-client pushes its request, proves its key and gets bound tokens', async () => {
  const { browser, DPoP, thumbprint } = await openBrowserWithKey();
  const { address, checks, answer } = await authorize(browser, DPoP);
  assert.deepEqual([...address.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  const tokens = await openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, 'dpop');
  const { sub = '', aud, iss } = tokens.claims() ?? {};
  assert.deepEqual([aud, iss], [CLIENT, issuerAt(foyer)]);
  assert.deepEqual(decodeJwt(tokens.access_token)['cnf'], { jkt: thumbprint });

  const info = await openid.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
  assert.deepEqual([info.sub, info.email, info.name], [sub, ANN.email, ANN.name]);
  await assert.rejects(
    openid.fetchUserInfo(config, tokens.access_token, sub),
    openid.WWWAuthenticateChallengeError,
  );
});

test('OID-250 OID-251 whoever has another key gets nothing, and no request comes through the browser', async () => {
  const stranger = await discover(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const request = { redirect_uri: CALLBACK, scope: 'openid', code_challenge: 'x'.repeat(43) };
  await assert.rejects(openid.buildAuthorizationUrlWithPAR(stranger, request), { error: 'invalid_client' });
  const open = openid.buildAuthorizationUrl(config, { ...request, code_challenge_method: 'S256' });
  const browser = openHttpSession();
  const page = await browser.follow(await browser.get(open.href), hostedPagesAt(foyer));
  assert.equal(new URL(page.location ?? '').searchParams.get('error'), 'invalid_request');
});

test('OID-253 openid-client refreshes: the new token is bound as well, and without a proof there is none', async () => {
  const { browser, DPoP, thumbprint } = await openBrowserWithKey();
  const tokens = await signIn(browser, DPoP);
  const held = tokens.refresh_token ?? '';
  const fresh = await openid.refreshTokenGrant(config, held, undefined, { DPoP });
  assert.notEqual(fresh.access_token, tokens.access_token);
  assert.deepEqual(decodeJwt(fresh.access_token)['cnf'], { jkt: thumbprint });
  await assert.rejects(openid.refreshTokenGrant(config, held), { error: 'invalid_grant' });
  const { sub = '' } = tokens.claims() ?? {};
  assert.equal((await openid.fetchUserInfo(config, fresh.access_token, sub, { DPoP })).sub, sub);
});

test('OID-254 openid-client takes an answer of this issuer, and none that names another or nobody', async () => {
  const { browser, DPoP } = await openBrowserWithKey();
  const { checks, answer } = await authorize(browser, DPoP);
  assert.equal(answer.searchParams.get('iss'), issuerAt(foyer));
  const redeem = (url: URL) => openid.authorizationCodeGrant(config, url, checks, undefined, { DPoP });
  const other = new URL(answer);
  other.searchParams.set('iss', 'https://other.example');
  const none = new URL(answer);
  none.searchParams.delete('iss');
  for (const url of [other, none])
    await assert.rejects(redeem(url), ({ cause }: Error) => /"iss" \(issuer\)/.test(String(cause)));
  assert.ok((await redeem(answer)).access_token);
});

test('OID-255 openid-client signs people out: they come back with its state, and are asked for a password', async () => {
  const { browser, DPoP } = await openBrowserWithKey();
  const tokens = await signIn(browser, DPoP);
  const silent = await authorize(browser, DPoP, { prompt: 'none' });
  assert.ok(silent.answer.searchParams.get('code'));
  const end = openid.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: BYE,
    state: 'bye for now',
  });
  const left = await browser.follow(await browser.get(end.href), hostedPagesAt(foyer));
  assert.equal(left.location, `${BYE}?state=bye+for+now`);
  const { answer } = await authorize(browser, DPoP, { prompt: 'none' });
  assert.equal(answer.searchParams.get('error'), 'login_required');
});
