import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import {
  authorizePath,
  basic,
  claimsOf,
  codeFor,
  form,
  headerOf,
  post,
  redeem,
  refresh,
  userInfo,
} from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const PKCE = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };

describe('the token endpoint', () => {
  let stage: Stage;
  let client: Client;
  let confidential: Client;
  let account: Account;
  before(async () => {
    const scopes = [{ ScopeName: 'read', ScopeDescription: 'Read' }];
    stage = await openStage({ resourceServers: [{ identifier: 'api', scopes }] });
    client = await stage.client();
    confidential = await stage.client({}, 'a-secret-of-the-tests');
    account = await stage.account();
  });
  after(() => stage.close());

  const ask = (given: Record<string, string | undefined>, headers?: Record<string, string>) =>
    post(stage, '/oauth2/token', given, headers);
  const code = (of = client, given = {}) => codeFor(stage.browser(), of, account.username, given);
  const errorOf = async (given: Record<string, string | undefined>, headers?: Record<string, string>) => {
    const { status, body } = await ask(given, headers);
    assert.equal(status, 400);
    return body['error'];
  };

  test('HUI-121 any method but POST is answered 405', async () => {
    for (const method of ['GET', 'HEAD', 'PUT']) {
      const { status, headers } = await fetch(`${stage.base}/oauth2/token`, { method });
      assert.equal(status, 405);
      assert.equal(headers.get('allow'), 'POST, OPTIONS');
    }
  });

  test('HUI-122 a body that is no form is an invalid request', async () => {
    const fields = { grant_type: 'client_credentials', client_id: client.id };
    for (const [type, body] of [
      ['application/json', JSON.stringify(fields)],
      ['text/plain', form(fields).toString()],
    ] as const) {
      const answer = await fetch(`${stage.base}/oauth2/token`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
      assert.equal(answer.status, 400);
      assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request');
    }
  });

  test('HUI-123 a missing or unknown grant_type', async () => {
    assert.equal(await errorOf({ client_id: client.id }), 'invalid_request');
    for (const grant_type of [
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:device_code',
      'nonsense',
    ])
      assert.equal(await errorOf({ client_id: client.id, grant_type }), 'unsupported_grant_type', grant_type);
  });

  test('HUI-124 HUI-125 a secret is taken from the header or from the body', async () => {
    const given = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
    const header = await ask({ ...given, code: await code(confidential) }, basic(confidential));
    assert.equal(header.status, 200);
    const { id: client_id, secret: client_secret } = confidential;
    const body = await ask({ ...given, code: await code(confidential), client_id, client_secret });
    assert.equal(body.status, 200);
  });

  test('HUI-13 HUI-126 HUI-127 HUI-128 a client that is not proven', async () => {
    const given = { grant_type: 'refresh_token', refresh_token: 'x' };
    assert.equal(await errorOf(given), 'invalid_request');
    const wrong = { ...confidential, secret: 'another' };
    assert.equal(await errorOf(given, basic(wrong)), 'invalid_client');
    assert.equal(await errorOf({ ...given, client_id: confidential.id }), 'invalid_client');
    assert.equal(await errorOf({ ...given, client_id: 'nobody' }), 'invalid_client');
    assert.equal(await errorOf({ ...given, client_id: client.id, client_secret: 'x' }), 'invalid_client');
    assert.equal(await errorOf({ ...given, client_id: client.id }, basic(confidential)), 'invalid_request');
    assert.equal(await errorOf(given, { authorization: 'Basic ???' }), 'invalid_request');
  });

  test('HUI-32 a client is gone the moment it is deleted', async () => {
    const own = await stage.client({}, 'a-secret-of-the-tests');
    const issued = await redeem(stage, own, await code(own));
    await stage.pool.directory.remove('client', own.id);
    const refused = await refresh(stage, own, issued.body['refresh_token']);
    assert.deepEqual(refused.body, { error: 'invalid_client' });
    assert.equal((await userInfo(stage, String(issued.body['access_token']))).status, 401);
    assert.match((await stage.browser().visit(authorizePath(own))).location, /error=invalid_client/);
  });

  test('HUI-29 a client that is not enabled for OAuth any more gets nothing', async () => {
    const own = await stage.client();
    const issued = await redeem(stage, own, await code(own));
    await stage.pool.directory.update('client', own.id, ({ settings, ...rest }) => ({
      ...rest,
      settings: { ...settings, AllowedOAuthFlowsUserPoolClient: false },
    }));
    assert.equal(
      (await refresh(stage, own, issued.body['refresh_token'])).body['error'],
      'unauthorized_client',
    );
  });

  test('HUI-129 HUI-145 HUI-146 HUI-147 a code buys tokens, told as Cognito tells them', async () => {
    const { status, headers, body } = await redeem(stage, client, await code());
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), [
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'token_type',
    ]);
    assert.equal(body['token_type'], 'Bearer');
    assert.equal(body['expires_in'], 3600);
    const { exp = 0, iat = 0 } = claimsOf(body['access_token']);
    assert.equal(exp - iat, 3600);
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('pragma'), 'no-cache');

    const refused = await ask({ grant_type: 'nonsense', client_id: client.id });
    assert.equal(refused.status, 400);
    assert.equal(refused.headers.get('content-type'), 'application/json; charset=UTF-8');
    assert.equal(refused.headers.get('cache-control'), 'no-store');
    const page = await ask({ grant_type: 'nonsense', client_id: client.id }, { accept: 'text/html' });
    assert.equal(page.body['error'], 'unsupported_grant_type');
  });

  test('HUI-157 a script of any origin may call, and asks first', async () => {
    const { headers } = await ask({ grant_type: 'nonsense' }, { origin: 'https://spa.test' });
    assert.equal(headers.get('access-control-allow-origin'), '*');
    const asked = await fetch(`${stage.base}/oauth2/token`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.test', 'access-control-request-method': 'POST' },
    });
    assert.equal(asked.status, 204);
    assert.equal(asked.headers.get('access-control-allow-origin'), '*');
    assert.match(asked.headers.get('access-control-allow-methods') ?? '', /POST/);
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /authorization/i);
  });

  test('HUI-189 HUI-193 HUI-194 HUI-195 HUI-196 the tokens are those of Cognito', async () => {
    const { body } = await redeem(stage, client, await code(client, { nonce: 'n' }));
    const { signing } = stage.pool.keys;
    assert.deepEqual(headerOf(body['id_token']), { kid: signing.id.kid, alg: 'RS256' });
    assert.deepEqual(headerOf(body['access_token']), { kid: signing.access.kid, alg: 'RS256' });
    const id = claimsOf(body['id_token']);
    assert.deepEqual(Object.keys(id).sort(), [
      'at_hash',
      'aud',
      'auth_time',
      'cognito:username',
      'custom:team',
      'email',
      'email_verified',
      'event_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'name',
      'nonce',
      'origin_jti',
      'sub',
      'token_use',
    ]);
    assert.equal(id.sub, account.id);
    assert.equal(id.aud, client.id);
    assert.equal(id.iss, stage.pool.issuer);
    assert.equal(id['token_use'], 'id');
    assert.equal(id['cognito:username'], account.username);
    assert.equal((id.exp ?? 0) - (id.iat ?? 0), 3600);
    const access = claimsOf(body['access_token']);
    assert.deepEqual(Object.keys(access).sort(), [
      'auth_time',
      'client_id',
      'event_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'origin_jti',
      'scope',
      'sub',
      'token_use',
      'username',
      'version',
    ]);
    assert.equal(access['client_id'], client.id);
    assert.equal(access['token_use'], 'access');
    assert.equal(access['version'], 2);
    assert.equal(access['username'], account.username);
    assert.equal(access['origin_jti'], id['origin_jti']);
    assert.match(String(access.sub), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('HUI-130 HUI-131 a redemption without code or address, or with another address', async () => {
    const given = { client_id: client.id, grant_type: 'authorization_code' };
    assert.equal(await errorOf({ ...given, redirect_uri: CALLBACK }), 'invalid_request');
    const fresh = await code();
    assert.equal(await errorOf({ ...given, code: fresh }), 'invalid_request');
    assert.equal(await errorOf({ ...given, code: fresh, redirect_uri: `${CALLBACK}/` }), 'invalid_grant');
    assert.equal((await redeem(stage, client, fresh)).status, 200, 'a wrong address does not spoil the code');
  });

  test('ATK-11 HUI-132 a code is good for its own client alone, and once', async () => {
    const other = await stage.client();
    const fresh = await code();
    assert.deepEqual((await redeem(stage, other, fresh)).body, { error: 'invalid_grant' });
    assert.deepEqual((await redeem(stage, client, 'unknown')).body, { error: 'invalid_grant' });
    assert.equal((await redeem(stage, client, fresh)).status, 200);
    assert.deepEqual((await redeem(stage, client, fresh)).body, { error: 'invalid_grant' });
  });

  test('HUI-133 ATK-12 a code that comes a second time takes back what it bought', async () => {
    const fresh = await code();
    const { body } = await redeem(stage, client, fresh);
    assert.equal((await refresh(stage, client, body['refresh_token'])).status, 200);
    assert.equal((await redeem(stage, client, fresh)).body['error'], 'invalid_grant');
    assert.deepEqual((await refresh(stage, client, body['refresh_token'])).body, { error: 'invalid_grant' });
    assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
  });

  test('HUI-133 another sign-in of the same browser is not touched by that', async () => {
    const browser = stage.browser();
    const first = await codeFor(browser, client, account.username);
    const second = new URL((await browser.visit(authorizePath(client))).location).searchParams.get('code');
    const kept = await redeem(stage, client, second);
    await redeem(stage, client, first);
    await redeem(stage, client, first);
    assert.equal((await refresh(stage, client, kept.body['refresh_token'])).status, 200);
  });

  test('ATK-12 fifty redemptions at once, over a slow store: at most one wins, and what it won is revoked', async () => {
    const slow = await openStage({
      sessions: (store) => ({
        ...store,
        find: async (kind, id) => {
          const found = await store.find(kind, id);
          await delay(5);
          return found as never;
        },
        update: async (kind, id, change) => {
          await delay(Math.random() * 5);
          return store.update(kind, id, change);
        },
      }),
    });
    const own = await slow.client();
    const { username } = await slow.account();
    const fresh = await codeFor(slow.browser(), own, username);
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(slow, own, fresh)));
    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ body }) => body['error'] === 'invalid_grant');
    assert.equal(won.length + lost.length, 50);
    assert.ok(won.length <= 1, `${won.length} winners`);
    for (const { body } of won) {
      assert.equal((await refresh(slow, own, body['refresh_token'])).status, 400);
      assert.equal((await userInfo(slow, String(body['access_token']))).status, 401);
    }
    await slow.close();
  });

  test('HUI-134 HUI-135 ATK-10 a code with a challenge needs its verifier, one without takes none', async () => {
    const bound = await code(client, PKCE);
    assert.equal((await redeem(stage, client, bound)).body['error'], 'invalid_request');
    const wrong = await redeem(stage, client, bound, { code_verifier: 'x'.repeat(43) });
    assert.deepEqual(wrong.body, { error: 'invalid_grant' });
    const challenge = await redeem(stage, client, bound, { code_verifier: PKCE.code_challenge });
    assert.deepEqual(challenge.body, { error: 'invalid_grant' });
    assert.equal((await redeem(stage, client, bound, { code_verifier: VERIFIER })).status, 200);
    const unbound = await redeem(stage, client, await code(), { code_verifier: VERIFIER });
    assert.deepEqual(unbound.body, { error: 'invalid_grant' });
  });

  test('HUI-140 a client without the code flow cannot redeem', async () => {
    const machine = await stage.client(
      { AllowedOAuthFlows: ['client_credentials'], CallbackURLs: [] },
      'a-secret-of-the-tests',
    );
    const implicit = await stage.client({ AllowedOAuthFlows: ['implicit'] });
    for (const each of [machine, implicit]) {
      assert.equal((await redeem(stage, each, 'x')).body['error'], 'unauthorized_client');
      assert.equal((await refresh(stage, each, 'x')).body['error'], 'unauthorized_client');
    }
  });

  test('HUI-144 a scope sent with a code is ignored', async () => {
    const { body } = await redeem(stage, client, await code(client, { scope: 'openid' }), {
      scope: 'openid email',
    });
    assert.equal(claimsOf(body['access_token'])['scope'], 'openid');
  });

  test('HUI-46 HUI-198 an ID token shows what the client may read, custom attributes as strings', async () => {
    const reader = await stage.client({ ReadAttributes: ['name', 'custom:team'] });
    const { body } = await redeem(stage, reader, await code(reader));
    const claims = claimsOf(body['id_token']);
    assert.equal(claims['name'], 'Mina Park');
    assert.equal(claims['custom:team'], '7');
    assert.equal('email' in claims || 'email_verified' in claims, false);
  });

  test('HUI-207 lifetimes are those of the client', async () => {
    const short = await stage.client({
      AccessTokenValidity: 5,
      IdTokenValidity: 1,
      RefreshTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'days', RefreshToken: 'minutes' },
    });
    const { body } = await redeem(stage, short, await code(short));
    const lifetime = (token: unknown) => (claimsOf(token).exp ?? 0) - (claimsOf(token).iat ?? 0);
    assert.equal(body['expires_in'], 300);
    assert.equal(lifetime(body['access_token']), 300);
    assert.equal(lifetime(body['id_token']), 86_400);
  });

  test('HUI-37 HUI-141 HUI-200 a client gets a token for itself, with its custom scopes', async () => {
    const machine = await stage.client(
      {
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['openid', 'api/read'],
        CallbackURLs: [],
      },
      'a-secret-of-the-tests',
    );
    for (const scope of [undefined, 'api/read']) {
      const { status, body } = await ask({ grant_type: 'client_credentials', scope }, basic(machine));
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'token_type']);
      const claims = claimsOf(body['access_token']);
      assert.deepEqual(Object.keys(claims).sort(), [
        'auth_time',
        'client_id',
        'exp',
        'iat',
        'iss',
        'jti',
        'scope',
        'sub',
        'token_use',
        'version',
      ]);
      assert.equal(claims.sub, machine.id);
      assert.equal(claims['client_id'], machine.id);
      assert.equal(claims['scope'], 'api/read');
      assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
    }
  });

  test('HUI-142 HUI-143 a client gets no scope and no flow that it does not have', async () => {
    const machine = await stage.client(
      {
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['openid', 'api/read'],
        CallbackURLs: [],
      },
      'a-secret-of-the-tests',
    );
    for (const scope of ['openid', 'api/write', 'api/read api/write', 'nonsense'])
      assert.equal(
        await errorOf({ grant_type: 'client_credentials', scope }, basic(machine)),
        'invalid_scope',
      );
    assert.equal(
      await errorOf({ grant_type: 'client_credentials' }, basic(confidential)),
      'unauthorized_client',
    );
    const open = await stage.client({
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['api/read'],
    });
    const unproven = { grant_type: 'client_credentials', client_id: open.id };
    assert.equal(await errorOf(unproven), 'unauthorized_client', 'whoever knows the id would get its tokens');
  });

  test('HUI-41 HUI-42 HUI-43 a scope is left out while its resource server does not define it', async () => {
    const scopes = ['openid', 'api/read', 'api/gone'];
    const own = await stage.client({ AllowedOAuthScopes: scopes });
    const { body } = await redeem(stage, own, await code(own, { scope: scopes.join(' ') }));
    assert.equal(claimsOf(body['access_token'])['scope'], 'openid api/read');
    const alone = await stage.browser().visit(authorizePath(own, { scope: 'api/gone' }));
    assert.match(alone.location, /error=invalid_scope/);
    const [server] = stage.pool.resourceServers;
    server?.scopes.push({ ScopeName: 'gone', ScopeDescription: 'Back again' });
    const again = await redeem(stage, own, await code(own, { scope: scopes.join(' ') }));
    assert.equal(claimsOf(again.body['access_token'])['scope'], scopes.join(' '));
    server?.scopes.splice(0);
    const later = await refresh(stage, own, again.body['refresh_token']);
    assert.equal(claimsOf(later.body['access_token'])['scope'], 'openid');
    server?.scopes.push({ ScopeName: 'read', ScopeDescription: 'Read' });
  });

  test('no secret, code or token is in the log', async () => {
    const fresh = await code(confidential);
    await redeem(stage, { ...confidential, secret: 'wrong-secret-of-a-guesser' }, fresh);
    const { body } = await redeem(stage, confidential, fresh);
    await redeem(stage, confidential, fresh);
    await refresh(stage, confidential, body['refresh_token']);
    const log = stage.logged.join('\n');
    assert.match(log, /client authentication failed/);
    for (const secret of [fresh, 'wrong-secret', 'a-secret-of-the-tests', String(body['refresh_token'])])
      assert.equal(log.includes(secret), false);
  });
});
