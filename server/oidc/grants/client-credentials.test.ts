import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../../pool.ts';
import {
  authorizePath,
  basic,
  claimsOf,
  codeFor,
  post,
  redeem,
  refresh,
  tokenError,
  userInfo,
} from '../testing/requests.ts';
import { openStage, type Stage } from '../testing/stage.ts';

describe('tokens for a client itself, and the scopes that it gets', () => {
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
});
