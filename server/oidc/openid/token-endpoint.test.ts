import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openOpenIdStage, SECRET } from '../testing/openid.ts';
import {
  authorizePath,
  basic,
  claimsOf,
  codeFor,
  form,
  post,
  redeem,
  refresh,
  tokensFor,
  userInfo,
} from '../testing/requests.ts';
import { CALLBACK, type Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

const codeOf = async (client: Parameters<typeof codeFor>[1], scope = 'openid') =>
  codeFor(stage.browser(), client, (await stage.account()).username, { scope });

test('OID-55 a client proves itself by basic authentication or in the body', async () => {
  const client = await stage.client({}, SECRET);
  const fields = async () => ({
    grant_type: 'authorization_code',
    code: await codeOf(client),
    redirect_uri: CALLBACK,
  });
  assert.equal((await post(stage, '/oauth2/token', await fields(), basic(client))).status, 200);
  const inBody = { client_id: client.id, client_secret: SECRET };
  const { status, body, headers } = await post(stage, '/oauth2/token', { ...(await fields()), ...inBody });
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.match(headers.get('cache-control') ?? '', /no-store/);
  assert.equal(body['token_type'], 'Bearer');
  assert.ok(Number(body['expires_in']) > 0);
});

test('OID-55 a wrong secret is 401 invalid_client, and the code is still good', async () => {
  const client = await stage.client({}, SECRET);
  const code = await codeOf(client);
  const wrong = { ...client, secret: 'wrong' };
  const { status, body, headers } = await redeem(stage, wrong, code);
  assert.equal(status, 401);
  assert.equal(body['error'], 'invalid_client');
  assert.match(headers.get('www-authenticate') ?? '', /^Basic /);
  const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
  for (const given of [
    { client_id: client.id, client_secret: 'wrong' },
    { client_id: client.id },
    { client_id: 'nobody', client_secret: SECRET },
  ])
    assert.equal(
      (await post(stage, '/oauth2/token', { ...fields, ...given })).body['error'],
      'invalid_client',
    );
  const both = await post(
    stage,
    '/oauth2/token',
    { ...fields, client_id: client.id, client_secret: SECRET },
    basic(client),
  );
  assert.equal(both.status, 400);
  assert.equal((await redeem(stage, client, code)).status, 200);
});

test('OID-55 whoever proves nothing, or in a way that is none, is 401 invalid_client at every endpoint', async (t) => {
  const wide = await openOpenIdStage({ tags: { 'foyer:oauth-features': 'par device' } });
  t.after(() => wide.close());
  const given = form({ grant_type: 'client_credentials', token: 'x', scope: 'openid' });
  for (const path of ['token', 'revoke', 'par', 'device_authorization'])
    for (const authorization of [
      undefined,
      'Bearer x',
      'Basic',
      'Basic %',
      'Basic YWJj',
      'Basic JTp4',
      'Basic eDo=',
    ]) {
      const headers = { ...(authorization && { authorization }) };
      const answer = await fetch(`${wide.base}/oauth2/${path}`, { method: 'POST', body: given, headers });
      const what = `${path} ${authorization}`;
      assert.equal(((await answer.json()) as { error: string }).error, 'invalid_client', what);
      assert.equal(answer.status, 401, what);
      const challenge = answer.headers.get('www-authenticate') ?? '';
      assert.equal(challenge.startsWith('Basic realm='), authorization !== undefined, what);
    }
});

test('OID-56 ATK-12 a code that comes back ends what it bought', async () => {
  const client = await stage.client({}, SECRET);
  const code = await codeOf(client);
  const { body } = await redeem(stage, client, code);
  assert.equal((await userInfo(stage, String(body['access_token']))).status, 200);
  const again = await redeem(stage, client, code);
  assert.deepEqual([again.status, again.body['error']], [400, 'invalid_grant']);
  assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
  assert.equal((await refresh(stage, client, body['refresh_token'])).body['error'], 'invalid_grant');
});

test('OID-56 a code is refused half a minute later as it is at once', async (t) => {
  const client = await stage.client({}, SECRET);
  const code = await codeOf(client);
  const { body } = await redeem(stage, client, code);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 30_000 });
  assert.equal((await redeem(stage, client, code)).body['error'], 'invalid_grant');
  assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
});

test('OID-56 ATK-12 of fifty who bring a code at once one is served, and in the end nobody', async () => {
  const client = await stage.client({}, SECRET);
  const code = await codeOf(client);
  const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(stage, client, code)));
  const served = answers.filter(({ status }) => status === 200);
  assert.ok(served.length <= 1, `${served.length} were served`);
  for (const { status, body } of answers)
    if (status !== 200) assert.deepEqual([status, body['error']], [400, 'invalid_grant']);
  for (const { body } of served)
    assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
});

test('OID-56 ATK-11 a code is good for its client, its address and five minutes', async (t) => {
  const client = await stage.client({}, SECRET);
  const other = await stage.client({}, SECRET);
  const grantError = async (...given: Parameters<typeof redeem>) => (await redeem(...given)).body['error'];
  assert.equal(await grantError(stage, other, await codeOf(client)), 'invalid_grant');
  const moved = { redirect_uri: 'https://app.test/other' };
  assert.equal(await grantError(stage, client, await codeOf(client), moved), 'invalid_grant');
  assert.notEqual(
    await grantError(stage, client, await codeOf(client), { redirect_uri: undefined }),
    undefined,
  );
  const code = await codeOf(client);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 301_000 });
  assert.equal(await grantError(stage, client, code), 'invalid_grant');
});

test('OID-57 ATK-18 a refresh is of the same sign-in, and never grows', async (t) => {
  const client = await stage.client({ RefreshTokenRotation: { Feature: 'DISABLED' } }, SECRET);
  const { username } = await stage.account();
  const tokens = await tokensFor(stage, client, username, { scope: 'openid email', nonce: 'n' });
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 10_000 });
  const { status, body } = await refresh(stage, client, tokens['refresh_token']);
  assert.equal(status, 200, JSON.stringify(body));
  const [first, second] = [claimsOf(tokens['id_token']), claimsOf(body['id_token'])];
  for (const name of ['iss', 'sub', 'aud', 'auth_time', 'nonce']) assert.deepEqual(second[name], first[name]);
  assert.ok(Number(second['iat']) > Number(first['iat']));
  const wider = await refresh(stage, client, tokens['refresh_token'], { scope: 'openid email phone' });
  assert.equal(wider.body['error'], 'invalid_scope');
  const less = await refresh(stage, client, tokens['refresh_token'], { scope: 'openid' });
  assert.equal(claimsOf(less.body['access_token'])['scope'], 'openid');
  const other = await stage.client({}, SECRET);
  assert.equal((await refresh(stage, other, tokens['refresh_token'])).body['error'], 'invalid_grant');
});

test('OID-58 offline_access is granted where the person is asked, and passed over elsewhere', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const scope = 'openid offline_access';
  const asked = await tokensFor(stage, client, username, { scope, prompt: 'consent' });
  assert.equal(claimsOf(asked['access_token'])['scope'], 'openid offline_access');
  assert.equal((await refresh(stage, client, asked['refresh_token'])).status, 200);
  const unasked = await tokensFor(stage, client, username, { scope });
  assert.equal(claimsOf(unasked['access_token'])['scope'], 'openid');
  const front = authorizePath(client, {
    scope,
    response_type: 'id_token token',
    nonce: 'n',
    prompt: 'consent',
  });
  const end = await stage.browser().signIn(front, username);
  assert.equal(new URLSearchParams(end.hash.slice(1)).get('scope'), 'openid');
});

test('OID-59 ATK-18 a client that asks for itself by a scope that there is not gets none, not all of its own', async (t) => {
  const scopes = [{ ScopeName: 'read', ScopeDescription: 'Read' }];
  const orders = await openOpenIdStage({ resourceServers: [{ identifier: 'orders', scopes }] });
  t.after(() => orders.close());
  const machine = await orders.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: ['orders/read'], CallbackURLs: [] },
    SECRET,
  );
  const ask = (scope?: string) =>
    post(orders, '/oauth2/token', { grant_type: 'client_credentials', scope }, basic(machine));
  for (const scope of ['nothing', 'orders/write', 'a b']) {
    const { status, body } = await ask(scope);
    assert.deepEqual([status, body['error']], [400, 'invalid_scope'], scope);
  }
  for (const scope of [undefined, 'orders/read', 'orders/read nothing'])
    assert.equal((await ask(scope)).body['scope'], 'orders/read', scope);
});

test('OID-59 what cannot be served has the error of its kind', async () => {
  const client = await stage.client({}, SECRET);
  const error = async (given: Record<string, string>) =>
    (await post(stage, '/oauth2/token', given, basic(client))).body['error'];
  assert.equal(await error({}), 'invalid_request');
  assert.equal(await error({ grant_type: 'authorization_code' }), 'invalid_request');
  assert.equal(await error({ grant_type: 'refresh_token' }), 'invalid_request');
  assert.equal(
    await error({ grant_type: 'password', username: 'u', password: 'p' }),
    'unsupported_grant_type',
  );
  assert.equal(await error({ grant_type: 'implicit' }), 'unsupported_grant_type');
  assert.equal(
    await error({ grant_type: 'authorization_code', code: 'x'.repeat(5000), redirect_uri: CALLBACK }),
    'invalid_grant',
  );
  for (const name of ['grant_type', 'code', 'redirect_uri', 'client_id']) {
    const body = `${form({ grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK, client_id: client.id })}&${name}=y`;
    const answer = await fetch(`${stage.base}/oauth2/token`, {
      method: 'POST',
      body,
      headers: { ...basic(client), 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(answer.status, 400, name);
    assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request', name);
  }
  const json = await fetch(`${stage.base}/oauth2/token`, {
    method: 'POST',
    body: '{"grant_type":"authorization_code"}',
    headers: { ...basic(client), 'content-type': 'application/json' },
  });
  assert.equal(json.status, 400);
});
