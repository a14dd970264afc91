import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newKey, prove } from '../testing/proofs.ts';
import { authorizePath, basic, codeFor, post, redeem } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
let stage: Stage;
before(async () => {
  stage = await openStage({
    tags: { 'foyer:profile': 'openid' },
    resourceServers: [
      { identifier: 'https://api.test', scopes: [{ ScopeName: 'read', ScopeDescription: 'r' }] },
    ],
  });
});
after(() => stage.close());

const request = { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };

test('OID-100 what is switched off is refused at the endpoint, in its words and with the name of the switch', async () => {
  const client = await stage.client({ AllowedOAuthFlows: ['code', 'client_credentials'] }, SECRET);
  const key = await newKey();
  const proof = () => prove(key, 'POST', `${stage.base}/oauth2/token`).then((DPoP) => ({ DPoP }));
  const token = (given: Record<string, string>, headers?: Record<string, string>) =>
    post(
      stage,
      '/oauth2/token',
      { grant_type: 'client_credentials', ...given },
      { ...basic(client), ...headers },
    );
  const refused: [string, string, Awaited<ReturnType<typeof post>>][] = [
    ['par', 'unauthorized_client', await post(stage, '/oauth2/par', request, basic(client))],
    ['dpop', 'invalid_dpop_proof', await token({}, await proof())],
    ['resource-indicators', 'invalid_target', await token({ resource: 'https://api.test' })],
    [
      'jwt-client-auth',
      'invalid_client',
      await post(stage, '/oauth2/token', {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: `e30.${Buffer.from(JSON.stringify({ sub: client.id })).toString('base64url')}.e30`,
      }),
    ],
    [
      'device',
      'unauthorized_client',
      await token({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code' }),
    ],
    [
      'token-exchange',
      'unauthorized_client',
      await token({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' }),
    ],
  ];
  for (const [feature, error, { status, body }] of refused) {
    assert.equal(body['error'], error, feature);
    assert.match(
      String(body['error_description']),
      new RegExp(`^${feature} is switched off .*foyer:oauth-features`),
    );
    assert.equal(status, error === 'invalid_client' ? 401 : 400);
  }
});

test('OID-100 at authorize the application is told, by redirect', async () => {
  const client = await stage.client({}, SECRET);
  const asked: [string, Record<string, string>][] = [
    ['invalid_target', { resource: 'https://api.test' }],
    ['invalid_request', { dpop_jkt: 'x'.repeat(43) }],
    ['request_uri_not_supported', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }],
  ];
  for (const [error, given] of asked) {
    const { location } = await stage.browser().visit(authorizePath(client, { scope: 'openid', ...given }));
    const told = new URL(location);
    assert.equal(told.origin + told.pathname, CALLBACK, location);
    assert.equal(told.searchParams.get('error'), error);
    assert.match(String(told.searchParams.get('error_description')), /switched off/);
  }
});

test('OID-101 a feature of one client is on for it and off for its neighbour', async () => {
  const one = await stage.client({ OpenId: { features: ['par'] } }, SECRET);
  const other = await stage.client({}, SECRET);
  const pushed = await post(stage, '/oauth2/par', { ...request, client_id: one.id }, basic(one));
  assert.equal(pushed.status, 201, JSON.stringify(pushed.body));
  assert.equal(
    (await post(stage, '/oauth2/par', request, basic(other))).body['error'],
    'unauthorized_client',
  );
});

test('OID-102 a client that lost a feature signs people in as before, and cannot use it', async () => {
  const client = await stage.client({ OpenId: { token_endpoint_auth_method: 'client_secret_jwt' } }, SECRET);
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid' });
  const { status, body } = await redeem(stage, client, code);
  assert.equal(status, 401);
  assert.match(String(body['error_description']), /^jwt-client-auth is switched off/);
});
