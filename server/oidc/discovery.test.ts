import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import { discoveryDocument } from './discovery.ts';
import { headerOf, tokensFor } from './testing/requests.ts';
import { CALLBACK, LOGOUT, openStage, type Stage } from './testing/stage.ts';

describe('discovery, and clients that know nothing else', () => {
  let stage: Stage;
  let client: Client;
  let account: Account;
  before(async () => {
    stage = await openStage({
      resourceServers: [{ identifier: 'api', scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }] }],
    });
    client = await stage.client({}, 'a-secret-of-the-tests');
    account = await stage.account();
  });
  after(() => stage.close());

  const wellKnown = (name: string) => fetch(`${stage.pool.issuer}/.well-known/${name}`);
  const discover = (of: Client) =>
    openid.discovery(
      new URL(stage.pool.issuer),
      of.id,
      of.secret,
      of.secret ? openid.ClientSecretBasic(of.secret) : openid.None(),
      {
        execute: [openid.allowInsecureRequests],
      },
    );

  test('HUI-06 HUI-157 the metadata names the issuer and the endpoints', async () => {
    const answer = await wellKnown('openid-configuration');
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    const document = (await answer.json()) as Record<string, unknown>;
    assert.equal(document['issuer'], stage.pool.issuer);
    const endpoints = {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      userinfo: '/oauth2/userInfo',
      revocation: '/oauth2/revoke',
      end_session: '/logout',
    };
    for (const [name, path] of Object.entries(endpoints))
      assert.equal(document[`${name}_endpoint`], stage.base + path);
    assert.equal(document['jwks_uri'], `${stage.pool.issuer}/.well-known/jwks.json`);
    assert.deepEqual(document['response_types_supported'], ['code', 'token']);
    assert.deepEqual(document['scopes_supported'], ['openid', 'email', 'phone', 'profile']);
    assert.deepEqual(document['id_token_signing_alg_values_supported'], ['RS256']);
    assert.deepEqual(document['code_challenge_methods_supported'], ['S256']);
  });

  test('HUI-01 HUI-04 a pool without a domain has keys and an issuer, and no endpoints', () => {
    const { id, issuer } = stage.pool;
    const document = discoveryDocument({ ...stage.pool, hostedUrl: undefined }, 'https://idp.test');
    assert.equal(document['issuer'], issuer);
    assert.equal(document['jwks_uri'], `https://idp.test/${id}/.well-known/jwks.json`);
    assert.deepEqual(
      Object.keys(document).filter((name) => name.endsWith('_endpoint')),
      [],
    );
  });

  test('HUI-05 HUI-191 keys are public, and may be kept for a day', async () => {
    const answer = await wellKnown('jwks.json');
    assert.match(answer.headers.get('cache-control') ?? '', /public, max-age=86400/);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    const { keys } = (await answer.json()) as { keys: Record<string, string>[] };
    assert.equal(keys.length, 2);
    for (const key of keys) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
      assert.deepEqual([key['alg'], key['kty'], key['use']], ['RS256', 'RSA', 'sig']);
    }
  });

  test('HUI-190 HUI-192 HUI-215 a JWT library verifies both tokens by nothing but the keys', async () => {
    const tokens = await tokensFor(stage, client, account.username);
    const keys = createRemoteJWKSet(new URL(`${stage.pool.issuer}/.well-known/jwks.json`));
    const options = { issuer: stage.pool.issuer, algorithms: ['RS256'] };
    const id = await jwtVerify(tokens['id_token'] ?? '', keys, { ...options, audience: client.id });
    assert.equal(id.payload.sub, account.id);
    const access = await jwtVerify(tokens['access_token'] ?? '', keys, options);
    assert.equal(access.payload['client_id'], client.id);
    assert.equal(access.payload.aud, undefined);
    assert.notDeepEqual(headerOf(tokens['id_token']), headerOf(tokens['access_token']));
    const hash = createHash('sha256')
      .update(tokens['access_token'] ?? '')
      .digest();
    assert.equal(id.payload['at_hash'], hash.subarray(0, 16).toString('base64url'));
  });

  test('HUI-205 an ID token verifies offline after a global sign-out', async () => {
    const person = await stage.account();
    const { id_token = '' } = await tokensFor(stage, client, person.username);
    await stage.pool.accounts.update(person.id, (current) => ({ ...current, epoch: current.epoch + 1 }));
    const keys = createRemoteJWKSet(new URL(`${stage.pool.issuer}/.well-known/jwks.json`));
    assert.equal((await jwtVerify(id_token, keys)).payload.sub, person.id);
  });

  for (const kind of ['confidential', 'public'] as const)
    test(`HUI-214 openid-client signs people in by discovery alone, as a ${kind} client`, async () => {
      const own = kind === 'public' ? await stage.client() : client;
      const config = await discover(own);
      const verifier = openid.randomPKCECodeVerifier();
      const [state, nonce] = [openid.randomState(), openid.randomNonce()];
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid email profile',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        max_age: '600',
        state,
        nonce,
      });
      const browser = stage.browser();
      const end = await browser.signIn(url.href, account.username);
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 600 };
      const tokens = await openid.authorizationCodeGrant(config, end, checks);
      assert.equal(tokens.claims()?.sub, account.id);
      const told = await openid.fetchUserInfo(config, tokens.access_token, account.id);
      assert.equal(told.email, 'mina@acme.test');
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.equal(refreshed.claims()?.sub, account.id);
      await openid.tokenRevocation(config, tokens.refresh_token ?? '');
      await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token ?? ''), {
        error: 'invalid_grant',
      });

      const out = openid.buildEndSessionUrl(config, {
        post_logout_redirect_uri: LOGOUT,
        id_token_hint: tokens.id_token ?? '',
        state: 'bye',
      });
      assert.equal((await browser.visit(out.href)).location, `${LOGOUT}?state=bye`);
    });

  test('openid-client gets a token for itself', async () => {
    const machine = await stage.client(
      { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: ['api/read'], CallbackURLs: [] },
      'a-secret-of-the-tests',
    );
    const tokens = await openid.clientCredentialsGrant(await discover(machine), { scope: 'api/read' });
    assert.equal(tokens.expires_in, 3600);
    await assert.rejects(openid.clientCredentialsGrant(await discover(machine), { scope: 'openid' }), {
      error: 'invalid_scope',
    });
  });
});
