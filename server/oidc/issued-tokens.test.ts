import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import { claimsOf, codeFor, headerOf, redeem } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

describe('the tokens that are issued', () => {
  let stage: Stage;
  let client: Client;
  let account: Account;
  before(async () => {
    const scopes = [{ ScopeName: 'read', ScopeDescription: 'Read' }];
    stage = await openStage({ resourceServers: [{ identifier: 'api', scopes }] });
    client = await stage.client();
    account = await stage.account();
  });
  after(() => stage.close());

  const code = (of = client, given = {}) => codeFor(stage.browser(), of, account.username, given);
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
});
