import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../../pool.ts';
import {
  authorizePath,
  claimsOf,
  codeFor,
  redeem,
  refresh,
  tokenError,
  userInfo,
} from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const PKCE = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };

describe('redeeming a code', () => {
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
  const errorOf = (given: Record<string, string | undefined>, headers?: Record<string, string>) =>
    tokenError(stage, given, headers);

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
});
