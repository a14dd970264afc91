import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { GivenClientSettings } from '../configuration/default-client-settings.ts';
import type { Client } from '../pool.ts';
import { mockTime } from './testing/mock-time.ts';
import { claimsOf, codeFor, redeem, refresh, tokensFor, userInfo } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

const DAY = 24 * 3_600_000;

const rotating = (seconds?: number): GivenClientSettings => ({
  RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: seconds },
});

describe('refreshing', () => {
  let stage: Stage;
  let client: Client;
  let account: Account;
  const wait = mockTime();
  before(async () => {
    stage = await openStage();
    client = await stage.client();
    account = await stage.account();
  });
  after(() => stage.close());

  const tokens = (of = client, given = {}, who = account) => tokensFor(stage, of, who.username, given);
  const refused = { error: 'invalid_grant' };

  test('HUI-136 HUI-197 new tokens, no new refresh token, the time of the sign-in unchanged', async () => {
    const first = await tokens(client, { nonce: 'n' });
    wait(30 * 60_000);
    const { status, body } = await refresh(stage, client, first['refresh_token']);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'id_token', 'token_type']);
    for (const kind of ['id_token', 'access_token']) {
      const [before, after] = [claimsOf(first[kind]), claimsOf(body[kind])];
      assert.equal(after['auth_time'], before['auth_time']);
      assert.equal(after['origin_jti'], before['origin_jti']);
      assert.equal(after['event_id'], before['event_id']);
      assert.notEqual(after.jti, before.jti);
      assert.equal((after.iat ?? 0) - (before.iat ?? 0), 1800);
      assert.equal((after.exp ?? 0) - (before.exp ?? 0), 1800);
    }
    assert.equal('nonce' in claimsOf(body['id_token']), false);
  });

  test('HUI-34 a grant without openid yields no ID token at refresh either', async () => {
    const plain = await stage.client({ AllowedOAuthScopes: ['openid', 'aws.cognito.signin.user.admin'] });
    const { refresh_token } = await tokens(plain, { scope: 'aws.cognito.signin.user.admin' });
    const { body } = await refresh(stage, plain, refresh_token);
    assert.equal('id_token' in body, false);
    assert.equal(claimsOf(body['access_token'])['scope'], 'aws.cognito.signin.user.admin');
  });

  test('HUI-137 HUI-138 ATK-11 a refresh token that is missing, unknown or of another client', async () => {
    const { refresh_token } = await tokens();
    const other = await stage.client();
    assert.equal((await refresh(stage, client, '')).body['error'], 'invalid_request');
    assert.deepEqual((await refresh(stage, client, 'rt_unknown')).body, refused);
    assert.deepEqual((await refresh(stage, other, refresh_token)).body, refused);
    assert.equal((await refresh(stage, client, refresh_token)).status, 200);
  });

  test('HUI-138 HUI-207 a refresh token ends with its validity, counted from the sign-in', async () => {
    const short = await stage.client({
      RefreshTokenValidity: 60,
      TokenValidityUnits: { RefreshToken: 'minutes' },
    });
    const [{ refresh_token: hour }, { refresh_token: month }] = [await tokens(short), await tokens()];
    wait(59 * 60_000);
    assert.equal((await refresh(stage, short, hour)).status, 200);
    wait(60_000);
    assert.deepEqual((await refresh(stage, short, hour)).body, refused);
    wait(30 * DAY - 3_600_001);
    assert.equal((await refresh(stage, client, month)).status, 200);
    wait(1);
    assert.deepEqual((await refresh(stage, client, month)).body, refused);
  });

  test('HUI-120 HUI-132 a code is good for five minutes', async () => {
    const account = await stage.account();
    const code = await codeFor(stage.browser(), client, account.username);
    wait(299_000);
    assert.equal((await redeem(stage, client, code)).status, 200);
    const other = await codeFor(stage.browser(), client, account.username);
    wait(300_000);
    assert.deepEqual((await redeem(stage, client, other)).body, { error: 'invalid_grant' });
  });

  test('HUI-201 a refresh token says nothing', async () => {
    const { refresh_token = '' } = await tokens();
    assert.equal(refresh_token.includes('.'), false);
    const decoded = Buffer.from(refresh_token, 'base64url').toString('latin1');
    assert.equal(decoded.includes(account.username) || decoded.includes(account.id), false);
    assert.ok(refresh_token.length >= 43);
  });

  test('HUI-139 HUI-203 ATK-19 nobody who was disabled, deleted or signed out everywhere refreshes', async () => {
    const leave: ((id: string) => Promise<unknown>)[] = [
      (id) => stage.pool.accounts.update(id, (current) => ({ ...current, enabled: false })),
      (id) => stage.pool.accounts.update(id, (current) => ({ ...current, epoch: current.epoch + 1 })),
      (id) => stage.pool.accounts.remove(id),
    ];
    const bystander = await tokens();
    for (const go of leave) {
      const person = await stage.account();
      const { refresh_token, access_token = '' } = await tokens(client, {}, person);
      assert.equal((await userInfo(stage, access_token)).status, 200);
      await go(person.id);
      assert.deepEqual((await refresh(stage, client, refresh_token)).body, refused);
      assert.equal((await userInfo(stage, access_token)).status, 401);
    }
    assert.equal((await refresh(stage, client, bystander['refresh_token'])).status, 200, 'and nobody else');
  });

  test('nobody refreshes whose password was reset, until they sign in with another', async () => {
    const person = await stage.account();
    const { refresh_token } = await tokens(client, {}, person);
    await stage.pool.accounts.update(person.id, (current) => ({ ...current, status: 'RESET_REQUIRED' }));
    assert.deepEqual((await refresh(stage, client, refresh_token)).body, refused);
  });

  test('ATK-18 HUI-144 a scope sent at refresh widens nothing', async () => {
    const { refresh_token } = await tokens(client, { scope: 'openid' });
    for (const scope of ['openid email', 'email', 'nonsense "', 'openid']) {
      const { status, body } = await refresh(stage, client, refresh_token, { scope });
      assert.equal(status, 200);
      assert.equal(claimsOf(body['access_token'])['scope'], 'openid');
    }
  });

  test('a client that lost a scope refreshes without it; one that lost all gets nothing', async () => {
    const own = await stage.client();
    const { refresh_token } = await tokens(own);
    const allow = (scopes: string[]) =>
      stage.pool.directory.update('client', own.id, ({ settings, ...rest }) => ({
        ...rest,
        settings: { ...settings, AllowedOAuthScopes: scopes },
      }));
    await allow(['openid', 'email']);
    assert.equal(
      claimsOf((await refresh(stage, own, refresh_token)).body['access_token'])['scope'],
      'openid email',
    );
    await allow(['email']);
    assert.deepEqual((await refresh(stage, own, refresh_token)).body, refused);
  });

  test('HUI-211 with rotation each answer has a new token, and the old one dies after the grace period', async () => {
    const own = await stage.client(rotating(30));
    const { refresh_token: first } = await tokens(own);
    const { body } = await refresh(stage, own, first);
    const second = body['refresh_token'];
    assert.ok(second);
    assert.notEqual(second, first);
    wait(29_999);
    const retried = await refresh(stage, own, first);
    assert.equal(retried.status, 200, 'an answer that was lost on the way may be asked for again');
    wait(1);
    assert.deepEqual((await refresh(stage, own, first)).body, refused);
  });

  test('ATK-14 a rotated token that comes back late ends the whole sign-in', async () => {
    const own = await stage.client(rotating());
    const { refresh_token: first, access_token = '' } = await tokens(own);
    const { body } = await refresh(stage, own, first);
    assert.equal((await userInfo(stage, access_token)).status, 200);
    assert.deepEqual((await refresh(stage, own, first)).body, refused);
    assert.deepEqual((await refresh(stage, own, body['refresh_token'])).body, refused);
    assert.equal((await userInfo(stage, access_token)).status, 401);
    assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
  });

  test('ATK-14 a token that was rotated stays dead when rotation is switched off', async () => {
    const own = await stage.client(rotating());
    const { refresh_token: first } = await tokens(own);
    await refresh(stage, own, first);
    await stage.pool.directory.update('client', own.id, ({ settings, ...rest }) => ({
      ...rest,
      settings: { ...settings, RefreshTokenRotation: undefined },
    }));
    assert.deepEqual((await refresh(stage, own, first)).body, refused);
  });

  test('a rotated token ends when the first would have', async () => {
    const own = await stage.client(rotating());
    let { refresh_token: token } = await tokens(own);
    for (let day = 0; day < 29; day++) {
      wait(DAY);
      token = String((await refresh(stage, own, token)).body['refresh_token']);
    }
    wait(DAY);
    assert.deepEqual((await refresh(stage, own, token)).body, refused);
  });

  test('ATK-13 of refreshes that race without grace at most one wins, and what it won is revoked', async () => {
    const own = await stage.client(rotating());
    const { refresh_token: first } = await tokens(own);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(stage, own, first)));
    const won = answers.filter(({ status }) => status === 200);
    assert.ok(won.length <= 1, `${won.length} winners`);
    for (const { body } of won) {
      assert.deepEqual((await refresh(stage, own, body['refresh_token'])).body, refused);
      assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
    }
  });

  test('ATK-13 refreshes that race within the grace period all win, and none is revoked', async () => {
    const own = await stage.client(rotating(10));
    const { refresh_token: first } = await tokens(own);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(stage, own, first)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 10);
    const next = new Set(answers.map(({ body }) => body['refresh_token']));
    assert.equal(next.size, 10);
    for (const token of next) assert.equal((await refresh(stage, own, token)).status, 200);
  });
});
