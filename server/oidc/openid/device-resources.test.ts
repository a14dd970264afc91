import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basic, claimsOf, form, post, userInfo } from '../testing/requests.ts';
import { openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const ORDERS = 'https://api.test/orders';
const MAIL = 'https://mail.test';
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const scope = (ScopeName: string) => ({ ScopeName, ScopeDescription: ScopeName });

let stage: Stage;
before(async () => {
  stage = await openStage({
    tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'device resource-indicators' },
    resourceServers: [
      { identifier: ORDERS, scopes: [scope('read')] },
      { identifier: MAIL, scopes: [scope('send')] },
    ],
  });
});
after(() => stage.close());

test('OID-136 OID-139 ATK-18 what a device asks for at one resource is good there alone', async () => {
  const allowed = ['openid', `${ORDERS}/read`, `${MAIL}/send`];
  const client = await stage.client({ AllowedOAuthScopes: allowed }, SECRET);
  const { username } = await stage.account();
  const asked = { scope: allowed.join(' '), resource: ORDERS };
  const { body: device } = await post(stage, '/oauth2/device_authorization', asked, basic(client));
  const browser = stage.browser();
  const posted = (fields: Record<string, string>) => ({ method: 'POST', body: form(fields) });
  const begun = await browser.visit('/device', posted({ user_code: String(device['user_code']) }));
  const signedIn = await browser.visit(begun.location, posted({ username }));
  const confirm = await browser.follow(signedIn.location);
  await browser.follow(confirm.url, posted({ answer: 'allow' }));

  const poll = (more = {}) =>
    post(
      stage,
      '/oauth2/token',
      { grant_type: GRANT, device_code: String(device['device_code']), ...more },
      basic(client),
    );
  const { status, body } = await poll();
  assert.equal(status, 200, JSON.stringify(body));
  const { aud, scope: granted } = claimsOf(body['access_token']);
  assert.deepEqual([aud, granted], [ORDERS, `${ORDERS}/read`]);
  assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
  const refresh = {
    grant_type: 'refresh_token',
    refresh_token: String(body['refresh_token']),
    resource: MAIL,
  };
  assert.equal((await post(stage, '/oauth2/token', refresh, basic(client))).body['error'], 'invalid_target');
});

test('OID-141 a device is told at once that a resource is none of its own', async () => {
  const client = await stage.client({ AllowedOAuthScopes: ['openid', `${ORDERS}/read`] }, SECRET);
  for (const resource of [MAIL, 'orders', `${ORDERS}#part`]) {
    const asked = { scope: 'openid', resource };
    const { status, body } = await post(stage, '/oauth2/device_authorization', asked, basic(client));
    assert.deepEqual([status, body['error']], [400, 'invalid_target'], resource);
  }
});
