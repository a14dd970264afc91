import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { DEFAULT_LIMITS } from '../../settings/limits.ts';
import { newKey } from '../testing/proofs.ts';
import { errorIn, opening, type Parameters, PUSHING, push, pushed, pushing } from '../testing/pushing.ts';
import { basic, form, post, redeem } from '../testing/requests.ts';
import { openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
let stage: Stage;
before(async () => {
  stage = await openStage({ tags: PUSHING });
});
after(() => stage.close());

test('OID-108 a request of another client, of another pool, or of nobody is not opened', async () => {
  const client = await stage.client({}, SECRET);
  const other = await stage.client({}, SECRET);
  const uri = await pushed(stage, client);
  const elsewhere = await openStage({ tags: PUSHING });
  try {
    const stranger = await elsewhere.client({}, SECRET);
    for (const [at, whose, named] of [
      [stage, other, uri],
      [elsewhere, stranger, uri],
      [stage, client, 'urn:ietf:params:oauth:request_uri:made-up'],
      [stage, client, `${uri}x`],
    ] as const) {
      const { status, location } = await at.browser().visit(opening(whose, named));
      assert.equal(status, 302);
      assert.match(location, /\/error\?error=invalid_request_(uri|object)$/);
    }
    const foreign = await stage.browser().visit(opening(client, 'https://evil.test/request.jwt'));
    assert.match(foreign.location, /error=request_uri_not_supported$/);
  } finally {
    await elsewhere.close();
  }
});

test('OID-109 a client that must push is refused a request in the address, an object too', async () => {
  const client = await stage.client({ OpenId: { require_pushed_authorization_requests: true } }, SECRET);
  const { username } = await stage.account();
  const plain = await stage.browser().visit(`/oauth2/authorize?${form(pushing(client))}`);
  assert.equal(errorIn(plain.location), 'invalid_request');
  const object = await new SignJWT(pushing(client))
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(client.id)
    .setAudience(stage.pool.issuer)
    .sign(Buffer.from(SECRET));
  const inObject = await stage
    .browser()
    .visit(`/oauth2/authorize?${form({ ...pushing(client), request: object })}`);
  assert.equal(errorIn(inObject.location), 'invalid_request');
  const end = await stage.browser().signIn(opening(client, await pushed(stage, client)), username);
  assert.ok(end.searchParams.get('code'));
});

test('OID-110 the operator learns why a request that was pushed is refused', async () => {
  const client = await stage.client({}, SECRET);
  await push(stage, client, { max_age: '-1' });
  const line = stage.logged.find((one) => one.includes(client.id) && one.includes('was refused'));
  assert.match(line ?? '', /"error":"invalid_request","description":"invalid max_age/);
});

test('OID-110 a bad request is refused when it is pushed, as JSON', async () => {
  const client = await stage.client({ AllowedOAuthScopes: ['openid', 'email'] }, SECRET);
  const cases: [string, Parameters][] = [
    ['invalid_request', { redirect_uri: 'https://evil.test/cb' }],
    ['invalid_request', { redirect_uri: undefined, response_type: undefined }],
    ['unsupported_response_type', { response_type: 'none' }],
    ['invalid_scope', { scope: 'openid phone' }],
    ['invalid_request', { client_id: undefined }],
    ['invalid_request', { client_id: 'another' }],
    ['request_uri_not_supported', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }],
    ['invalid_request', { max_age: '-1' }],
    ['invalid_request', { prompt: 'none login' }],
    ['invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
    ['invalid_request', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
    ['invalid_request', { state: 'x'.repeat(70_000) }],
    ['unsupported_response_mode', { response_mode: 'cognito.code' }],
  ];
  for (const [error, given] of cases) {
    const { status, headers, body } = await push(stage, client, given);
    assert.deepEqual([status, body['error']], [400, error], JSON.stringify(given).slice(0, 200));
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
  }
  const twice = `${form(pushing(client))}&scope=email`;
  const headers = {
    ...basic(client),
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'text/html',
  };
  const answer = await fetch(`${stage.base}/oauth2/par`, { method: 'POST', body: twice, headers });
  assert.equal(answer.status, 400);
  assert.equal(((await answer.json()) as Record<string, unknown>)['error'], 'invalid_request');
  for (const method of ['GET', 'PUT', 'HEAD'])
    assert.equal((await fetch(`${stage.base}/oauth2/par`, { method })).status, 405);
});

test('OID-111 a client proves itself where it pushes, and whoever guesses is held off', async () => {
  const client = await stage.client({}, SECRET);
  const wrong = { ...client, secret: 'a guess' };
  const { status, body } = await push(stage, wrong);
  assert.deepEqual([status, body['error']], [401, 'invalid_client']);
  assert.equal((await post(stage, '/oauth2/par', pushing(client))).body['error'], 'invalid_client');
  const guarded = await openStage({ tags: PUSHING });
  try {
    guarded.pool.limits = { ...DEFAULT_LIMITS, 'client-failures': { perAddress: 3, perPool: 0 } };
    const known = await guarded.client({}, SECRET);
    const guess = { ...known, secret: 'a guess' };
    for (let tries = 0; tries < 3; tries++) assert.equal((await push(guarded, guess)).status, 401);
    const held = await push(guarded, known);
    assert.equal(held.status, 429);
    assert.ok(Number(held.headers.get('retry-after')) > 0);
  } finally {
    await guarded.close();
  }
});

test('OID-111 a public client pushes with a verifier, and only with one', async () => {
  const client = await stage.client({});
  assert.equal((await push(stage, client)).body['error'], 'invalid_request');
  const { status } = await push(stage, client, {
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  assert.equal(status, 201);
});

test('OID-112 ATK-15 a signed object may be pushed; what stands beside it, and what nobody signed, is not believed', async () => {
  const key = await newKey('ES256', 'k1');
  const client = await stage.client({ OpenId: { jwks: { keys: [key.jwk] } } }, SECRET);
  const { username } = await stage.account();
  const object = (claims: object = {}, header: object = {}) =>
    new SignJWT({ ...pushing(client), scope: 'openid email', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .setIssuer(client.id)
      .setAudience(stage.pool.issuer)
      .setExpirationTime('1m')
      .sign(key.privateKey);
  const given = { request: await object(), scope: 'openid phone', redirect_uri: 'https://evil.test/' };
  const end = await stage.browser().signIn(opening(client, await pushed(stage, client, given)), username);
  const { body } = await redeem(stage, client, end.searchParams.get('code'));
  assert.equal(body['scope'], 'openid email');

  const stranger = await newKey('ES256', 'k1');
  const forged = new SignJWT({ ...pushing(client), iss: client.id, aud: stage.pool.issuer });
  const unsigned = new UnsecuredJWT({ ...pushing(client), iss: client.id, aud: stage.pool.issuer });
  const bad = [
    unsigned.encode(),
    await forged.setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(stranger.privateKey),
    await object({ client_id: 'another' }),
    await object({ request_uri: 'urn:x' }),
    await object({ redirect_uri: 'https://evil.test/' }),
    'not.a.jwt',
  ];
  for (const request of bad) {
    const answer = await push(stage, client, { request });
    assert.equal(answer.status, 400, request);
    assert.match(String(answer.body['error']), /^invalid_request(_object)?$/);
  }
});
