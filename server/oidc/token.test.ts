import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import {
  authorizePath,
  basic,
  claimsOf,
  codeFor,
  form,
  post,
  redeem,
  refresh,
  tokenError,
  userInfo,
} from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

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
  const errorOf = (given: Record<string, string | undefined>, headers?: Record<string, string>) =>
    tokenError(stage, given, headers);

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
