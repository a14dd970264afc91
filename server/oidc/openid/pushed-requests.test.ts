import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Client } from '../../pool.ts';
import { DEFAULT_LIMITS } from '../../settings/limits.ts';
import { mockTime } from '../testing/mock-time.ts';
import { openPage, submit } from '../testing/pages.ts';
import { newKey } from '../testing/proofs.ts';
import { type Answer, basic, form, post, redeem } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const tags = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par' };
type Parameters = Record<string, string | undefined>;

let stage: Stage;
before(async () => {
  stage = await openStage({ tags });
});
after(() => stage.close());

const pushing = (client: Client, given: Parameters = {}): Parameters => ({
  client_id: client.id,
  response_type: 'code',
  redirect_uri: CALLBACK,
  scope: 'openid',
  state: 'a state',
  ...given,
});

const push = (client: Client, given?: Parameters, at: Stage = stage): Promise<Answer> =>
  post(at, '/oauth2/par', pushing(client, given), client.secret === undefined ? {} : basic(client));

async function pushed(client: Client, given?: Parameters): Promise<string> {
  const { status, body } = await push(client, given);
  assert.equal(status, 201, JSON.stringify(body));
  return String(body['request_uri']);
}

/** The address that the application sends the browser to. */
const opening = (client: Client, request_uri: string, given: Parameters = {}) =>
  `/oauth2/authorize?${form({ client_id: client.id, request_uri, ...given })}`;

const errorIn = (location: string) => new URL(location).searchParams.get('error');

test('OID-103 OID-104 a pushed request is named by an address, and a person signs in with it', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const { status, headers, body } = await push(client, { nonce: 'n' });
  assert.equal(status, 201);
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.match(String(body['request_uri']), /^urn:ietf:params:oauth:request_uri:[\w-]{40,}$/);
  assert.equal(body['expires_in'], 60);
  const end = await stage.browser().signIn(opening(client, String(body['request_uri'])), username);
  assert.equal(end.origin + end.pathname, CALLBACK);
  assert.equal(end.searchParams.get('state'), 'a state');
  assert.equal(end.searchParams.get('iss'), stage.pool.issuer);
  const tokens = await redeem(stage, client, end.searchParams.get('code'));
  assert.equal(tokens.status, 200);
});

test('OID-104 what was pushed is in no address that the browser sees', async () => {
  const client = await stage.client({}, SECRET);
  const browser = stage.browser();
  const uri = await pushed(client, { login_hint: 'mina-secret-hint', ui_locales: 'de' });
  const { url, page } = await openPage(browser, opening(client, uri));
  assert.doesNotMatch(url, /hint|redirect|scope|state/);
  assert.equal(page?.loginHint, 'mina-secret-hint');
  assert.deepEqual(page?.languages, ['de']);
  assert.equal(page?.query, form({ client_id: client.id, request_uri: uri }).toString());
});

test('OID-105 ATK-09 a request is answered once, with prompt=none too', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const uri = await pushed(client);
  await browser.signIn(opening(client, uri), username);
  for (const more of [{}, { prompt: 'none' }, { prompt: 'select_account' }]) {
    const { location } = await browser.visit(opening(client, uri, more));
    assert.match(location, /\/error\?error=invalid_request_uri$/);
  }
});

test('OID-105 ATK-09 of fifty authorize requests with one pushed request one is answered', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  await browser.signIn(opening(client, await pushed(client)), username);
  const uri = await pushed(client, { prompt: 'none' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => browser.visit(opening(client, uri))));
  const told = answers.map(({ location }) => location);
  assert.equal(told.filter((location) => /[?&]code=/.test(location)).length, 1, told.join('\n'));
  assert.equal(told.filter((location) => errorIn(location) === 'invalid_request_uri').length, 49);
});

test('OID-106 while a person signs in, their browser may open the request again, and nobody else', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const uri = await pushed(client);
  const first = await openPage(browser, opening(client, uri));
  const again = await openPage(browser, opening(client, uri));
  assert.equal(again.page?.page, 'login');
  assert.notEqual(first.url, again.url);
  const done = await browser.follow(again.url, { method: 'POST', body: form({ username }) });
  assert.match(done.location, /[?&]code=/);
  const late = await browser.follow(first.url, { method: 'POST', body: form({ username }) });
  assert.equal(errorIn(late.location), 'invalid_request_uri');
});

test('OID-106 a link of the page names a provider beside the request, and changes nothing else of it', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const uri = await pushed(client, { scope: 'openid email' });
  await openPage(browser, opening(client, uri));
  const more = {
    identity_provider: 'Corp',
    scope: 'openid phone',
    redirect_uri: 'https://evil.test/',
    state: 'x',
  };
  const { url, page } = await openPage(
    browser,
    opening(client, uri, more).replace('/oauth2/authorize', '/login'),
  );
  assert.equal(page?.identityProvider, 'Corp');
  assert.equal(page?.redirectUri, CALLBACK);
  const done = new URL((await submit(browser, url, username)).location, stage.base);
  const { location } = await browser.follow(done.href);
  assert.equal(new URL(location).searchParams.get('state'), 'a state');
  const { body } = await redeem(stage, client, new URL(location).searchParams.get('code'));
  assert.equal(body['scope'], 'openid email');
});

test('OID-107 ATK-10 nothing beside the request changes it: no scope, address or verifier', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const uri = await pushed(client, { code_challenge: challenge, code_challenge_method: 'S256' });
  const more = {
    scope: 'openid email',
    redirect_uri: 'https://evil.test/',
    code_challenge: 'x'.repeat(43),
    state: 'other',
    response_mode: 'fragment',
  };
  const end = await stage.browser().signIn(opening(client, uri, more), username);
  assert.equal(end.origin + end.pathname, CALLBACK);
  assert.equal(end.searchParams.get('state'), 'a state');
  const code = end.searchParams.get('code');
  assert.equal((await redeem(stage, client, code)).body['error'], 'invalid_grant');
  const { body } = await redeem(stage, client, code, {
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  });
  assert.equal(body['scope'], 'openid', JSON.stringify(body));
});

test('OID-108 a request of another client, of another pool, or of nobody is not opened', async () => {
  const client = await stage.client({}, SECRET);
  const other = await stage.client({}, SECRET);
  const uri = await pushed(client);
  const elsewhere = await openStage({ tags });
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
  const end = await stage.browser().signIn(opening(client, await pushed(client)), username);
  assert.ok(end.searchParams.get('code'));
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
    const { status, headers, body } = await push(client, given);
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
  const { status, body } = await push(wrong);
  assert.deepEqual([status, body['error']], [401, 'invalid_client']);
  assert.equal((await post(stage, '/oauth2/par', pushing(client))).body['error'], 'invalid_client');
  const guarded = await openStage({ tags });
  try {
    guarded.pool.limits = { ...DEFAULT_LIMITS, 'client-failures': { perAddress: 3, perPool: 0 } };
    const known = await guarded.client({}, SECRET);
    const guess = { ...known, secret: 'a guess' };
    for (let tries = 0; tries < 3; tries++) assert.equal((await push(guess, {}, guarded)).status, 401);
    const held = await push(known, {}, guarded);
    assert.equal(held.status, 429);
    assert.ok(Number(held.headers.get('retry-after')) > 0);
  } finally {
    await guarded.close();
  }
});

test('OID-111 a public client pushes with a verifier, and only with one', async () => {
  const client = await stage.client({});
  assert.equal((await push(client)).body['error'], 'invalid_request');
  const { status } = await push(client, { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
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
  const end = await stage.browser().signIn(opening(client, await pushed(client, given)), username);
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
    const answer = await push(client, { request });
    assert.equal(answer.status, 400, request);
    assert.match(String(answer.body['error']), /^invalid_request(_object)?$/);
  }
});

describe('time', () => {
  const pass = mockTime();

  test('OID-105 a request that nobody opened within a minute has expired', async () => {
    const client = await stage.client({}, SECRET);
    const uri = await pushed(client);
    pass(61_000);
    const { location } = await stage.browser().visit(opening(client, uri));
    assert.match(location, /error=invalid_request_uri$/);
  });

  test('OID-106 signing in may take longer than the request lives, for one browser and once', async () => {
    const client = await stage.client({}, SECRET);
    const { username } = await stage.account();
    const [browser, other] = [stage.browser(), stage.browser()];
    const uri = await pushed(client);
    const mine = await openPage(browser, opening(client, uri));
    const theirs = await openPage(other, opening(client, uri));
    pass(30 * 60_000);
    assert.match((await other.visit(opening(client, uri))).location, /error=invalid_request_uri$/);
    assert.equal((await openPage(browser, opening(client, uri))).page?.page, 'login');
    const done = await browser.follow(mine.url, { method: 'POST', body: form({ username }) });
    assert.match(done.location, /[?&]code=/);
    const second = await other.follow(theirs.url, { method: 'POST', body: form({ username }) });
    assert.equal(errorIn(second.location), 'invalid_request_uri');
  });
});
