import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mockTime } from '../testing/mock-time.ts';
import { openPage, submit } from '../testing/pages.ts';
import { errorIn, opening, PUSHING, push, pushed } from '../testing/pushing.ts';
import { form, redeem } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
let stage: Stage;
before(async () => {
  stage = await openStage({ tags: PUSHING });
});
after(() => stage.close());

test('OID-103 OID-104 a pushed request is named by an address, and a person signs in with it', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const { status, headers, body } = await push(stage, client, { nonce: 'n' });
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
  const uri = await pushed(stage, client, { login_hint: 'mina-secret-hint', ui_locales: 'de' });
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
  const uri = await pushed(stage, client);
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
  await browser.signIn(opening(client, await pushed(stage, client)), username);
  const uri = await pushed(stage, client, { prompt: 'none' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => browser.visit(opening(client, uri))));
  const told = answers.map(({ location }) => location);
  assert.equal(told.filter((location) => /[?&]code=/.test(location)).length, 1, told.join('\n'));
  assert.equal(told.filter((location) => errorIn(location) === 'invalid_request_uri').length, 49);
});

test('OID-106 while a person signs in, their browser may open the request again, and nobody else', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const uri = await pushed(stage, client);
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
  const uri = await pushed(stage, client, { scope: 'openid email' });
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

test('OID-107 who is signed in must sign in again where the pushed request says so, whatever a link says', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  await browser.signIn(opening(client, await pushed(stage, client)), username);
  const uri = await pushed(stage, client, { prompt: 'login' });
  const offered = async (address: string) => (await openPage(browser, address)).page?.signedInAs;
  assert.equal(await offered(opening(client, uri)), undefined);
  const again = opening(client, uri, { prompt: 'select_account' }).replace('/oauth2/authorize', '/login');
  assert.equal(await offered(again), undefined);
});

test('OID-107 ATK-10 nothing beside the request changes it: no scope, address or verifier', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const uri = await pushed(stage, client, { code_challenge: challenge, code_challenge_method: 'S256' });
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

describe('time', () => {
  const pass = mockTime();

  test('OID-105 a request that nobody opened within a minute has expired', async () => {
    const client = await stage.client({}, SECRET);
    const uri = await pushed(stage, client);
    pass(61_000);
    const { location } = await stage.browser().visit(opening(client, uri));
    assert.match(location, /error=invalid_request_uri$/);
  });

  test('OID-106 signing in may take longer than the request lives, for one browser and once', async () => {
    const client = await stage.client({}, SECRET);
    const { username } = await stage.account();
    const [browser, other] = [stage.browser(), stage.browser()];
    const uri = await pushed(stage, client);
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
