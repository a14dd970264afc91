import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import { basic, post, refresh, tokensFor, userInfo } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

describe('revocation', () => {
  let stage: Stage;
  let client: Client;
  let confidential: Client;
  let account: Account;
  before(async () => {
    stage = await openStage();
    client = await stage.client();
    confidential = await stage.client({}, 'a-secret-of-the-tests');
    account = await stage.account();
  });
  after(() => stage.close());

  const revoke = (given: Record<string, string | undefined>, headers?: Record<string, string>) =>
    post(stage, '/oauth2/revoke', given, headers);

  test('HUI-208 a revoked refresh token takes its access tokens with it, and nothing else', async () => {
    const other = await tokensFor(stage, client, account.username);
    const { refresh_token: token, access_token = '' } = await tokensFor(stage, client, account.username);
    const refreshed = await refresh(stage, client, token);
    const { status, body, headers } = await revoke({ token, client_id: client.id });
    assert.equal(status, 200);
    assert.deepEqual(body, {});
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.deepEqual((await refresh(stage, client, token)).body, { error: 'invalid_grant' });
    for (const dead of [access_token, String(refreshed.body['access_token'])])
      assert.equal((await userInfo(stage, dead)).status, 401);
    assert.equal((await userInfo(stage, other['access_token'] ?? '')).status, 200);
    assert.equal((await refresh(stage, client, other['refresh_token'])).status, 200);
  });

  test('HUI-208 a client with a secret revokes with it', async () => {
    const { refresh_token: token } = await tokensFor(stage, confidential, account.username);
    assert.equal((await revoke({ token }, basic(confidential))).status, 200);
    assert.equal((await refresh(stage, confidential, token)).status, 400);
  });

  test('HUI-209 a token that is unknown or revoked already is no fault', async () => {
    const { refresh_token: token } = await tokensFor(stage, client, account.username);
    for (const each of ['nonsense', token, token])
      assert.equal((await revoke({ token: each, client_id: client.id })).status, 200);
  });

  test('ATK-11 nobody revokes what another client was given', async () => {
    const { refresh_token: token } = await tokensFor(stage, client, account.username);
    assert.equal((await revoke({ token }, basic(confidential))).status, 200);
    assert.equal((await refresh(stage, client, token)).status, 200);
  });

  test('HUI-210 requests that cannot be served', async () => {
    const { access_token: token } = await tokensFor(stage, client, account.username);
    const missing = await revoke({ client_id: client.id });
    assert.equal(missing.status, 400);
    assert.deepEqual(missing.body, { error: 'invalid_request' });
    const access = await revoke({ token, client_id: client.id });
    assert.equal(access.status, 400);
    assert.deepEqual(access.body, { error: 'unsupported_token_type' });
    for (const secret of ['wrong', undefined]) {
      const headers = secret ? basic({ ...confidential, secret }) : {};
      const bad = await revoke({ token: 'x', client_id: secret ? undefined : confidential.id }, headers);
      assert.equal(bad.status, 401);
      assert.deepEqual(bad.body, { error: 'invalid_client' });
    }
    assert.equal((await fetch(`${stage.base}/oauth2/revoke`)).status, 405);
  });

  test('a client that has revocation switched off cannot revoke', async () => {
    const off = await stage.client({ EnableTokenRevocation: false });
    const { refresh_token: token } = await tokensFor(stage, off, account.username);
    const { status, body } = await revoke({ token, client_id: off.id });
    assert.equal(status, 400);
    assert.deepEqual(body, { error: 'invalid_request' });
    assert.equal((await refresh(stage, off, token)).status, 200);
  });
});
