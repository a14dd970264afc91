import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerAtOnce, answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, basic, form, post, redeem } from '../testing/requests.ts';
import { CALLBACK, type Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

const posted = (path: string) => ({ method: 'POST', body: new URLSearchParams(path.split('?')[1]) });

test('OID-5 a posted request is answered as an address is, with a session and without', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const path = authorizePath(client, { scope: 'openid', state: 'é&+' });
  const page = await browser.follow('/oauth2/authorize', posted(path));
  const sent = await browser.follow(page.url, { method: 'POST', body: form({ username }) });
  assert.equal(answerOf(sent.location)['state'], 'é&+');
  const again = await browser.follow('/oauth2/authorize', posted(path));
  assert.ok(answerOf(again.location)['code'], 'the session counts for posted requests too');
});

test('OID-5 a post that is no form, or too large, is refused on a page', async () => {
  const browser = stage.browser();
  for (const init of [
    { body: '{"client_id":"x"}', headers: { 'content-type': 'application/json' } },
    { body: new URLSearchParams({ state: 'x'.repeat(70_000) }) },
  ]) {
    const { location } = await browser.visit('/oauth2/authorize', { method: 'POST', ...init });
    assert.match(location, /\/error\?error=invalid_request$/);
  }
});

test('OID-5 a posted form with what no address may hold is answered, and its parameters are as they were', async () => {
  const client = await stage.client({}, SECRET);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const state of ['a\r\nSet-Cookie: x=y', 'ü😀', 'before#after', '100%']) {
    const body = `${authorizePath(client, { scope: 'openid', prompt: 'none' }).split('?')[1]}&state=${state}`;
    const init = { method: 'POST', body, headers };
    const { location, headers: answered } = await stage.browser().follow('/oauth2/authorize', init);
    assert.equal(answerOf(location)['error'], 'login_required', state);
    assert.equal(answerOf(location)['state'], state);
    assert.equal(answered.getSetCookie().join().includes('x=y'), false);
    const signOut = await stage.browser().visit('/logout', { ...init, body: `state=${state}` });
    assert.equal(signOut.status, 303);
  }
});

test('OID-5 a request that is too long for an address is answered all the same', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const page = await browser.follow(
    '/oauth2/authorize',
    posted(authorizePath(client, { scope: 'openid', unknown: 'x'.repeat(20_000), state: 's' })),
  );
  assert.match(page.text, /"page":"login"/);
  const sent = await browser.follow(page.url, { method: 'POST', body: form({ username }) });
  assert.equal(answerOf(sent.location)['state'], 's');
});

test('OID-6 unknown parameters are ignored', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const state = `!"$%&'()*+,/:;<=>?@[]^\`{|}~ ü`;
  const path = authorizePath(client, { scope: 'openid', extra: 'foobar', foyer: '{}', state });
  const answer = answerOf(await stage.browser().signIn(path, username));
  assert.ok(answer['code']);
  assert.equal(answer['state'], state);
});

test('OID-7 a missing or unknown response type is told to the application at once', async () => {
  const client = await stage.client();
  for (const [response_type, error] of [
    [undefined, 'invalid_request'],
    ['', 'invalid_request'],
    ['token', 'unsupported_response_type'],
    ['none', 'unsupported_response_type'],
    ['code token code2', 'unsupported_response_type'],
    ['CODE', 'unsupported_response_type'],
  ] as const) {
    const path = authorizePath(client, { response_type, scope: 'openid', state: 's' });
    const answer = await answerAtOnce(stage.browser(), path);
    assert.equal(answer['error'], error, String(response_type));
    assert.equal(answer['state'], 's');
  }
});

test('OID-12 what the client is not registered for is unauthorized_client', async () => {
  const code = await stage.client({ AllowedOAuthFlows: ['code'] }, SECRET);
  const implicit = await stage.client({ AllowedOAuthFlows: ['implicit'] });
  for (const [client, response_type] of [
    [code, 'id_token'],
    [code, 'code id_token'],
    [implicit, 'code'],
  ] as const) {
    const path = authorizePath(client, { response_type, scope: 'openid', nonce: 'n' });
    assert.equal((await answerAtOnce(stage.browser(), path))['error'], 'unauthorized_client', response_type);
  }
  const { status, body } = await redeem(stage, { ...code }, null, { grant_type: 'client_credentials' });
  assert.equal(status, 400);
  assert.equal(body['error'], 'unauthorized_client');
});

test('OID-8 ATK-01 an address that is not registered to the letter is never followed', async () => {
  const client = await stage.client({ CallbackURLs: [CALLBACK, 'https://app.test/q?a=1'] });
  for (const redirect_uri of [
    undefined,
    '',
    `${CALLBACK}/`,
    `${CALLBACK}?`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#f`,
    `${CALLBACK}/../cb`,
    'https://APP.test/cb',
    'https://app.test:443/cb',
    'https://app.test/q',
    'https://app.test/q?a=2',
    'https://app.test/q?a=1&b=2',
    'https://app.test@evil.test/cb',
    'javascript:alert(1)',
    'data:text/html,x',
  ])
    for (const response_mode of ['query', 'form_post', undefined]) {
      const shown = await shownAt(
        stage.browser(),
        authorizePath(client, { redirect_uri, response_mode, scope: 'openid', state: 's' }),
      );
      assert.equal(shown['page'], 'error', redirect_uri);
    }
});

test('OID-8 the query of a registered address stays', async () => {
  const callback = 'https://app.test/cb?tenant=7&x=%20y';
  const client = await stage.client({ CallbackURLs: [callback] }, SECRET);
  const { username } = await stage.account();
  const path = authorizePath(client, { redirect_uri: callback, scope: 'openid', state: 's' });
  const end = await stage.browser().signIn(path, username);
  assert.equal(end.searchParams.get('tenant'), '7');
  assert.equal(end.searchParams.get('x'), ' y');
  const { status } = await redeem(stage, client, end.searchParams.get('code'), { redirect_uri: callback });
  assert.equal(status, 200);
});

test('OID-9 a parameter that comes twice is refused where it can be told', async () => {
  const client = await stage.client();
  const once = authorizePath(client, {
    scope: 'openid',
    state: 's',
    nonce: 'n',
    prompt: 'login',
    max_age: '1',
  });
  for (const name of ['client_id', 'redirect_uri']) {
    const value = new URLSearchParams(once.split('?')[1]).get(name) ?? '';
    const shown = await shownAt(stage.browser(), `${once}&${form({ [name]: value })}`);
    assert.equal(shown['page'], 'error', name);
  }
  for (const name of [
    'scope',
    'state',
    'nonce',
    'prompt',
    'max_age',
    'response_type',
    'login_hint',
    'claims',
  ]) {
    const answer = await answerAtOnce(stage.browser(), `${once}&${name}=1&${name}=2`);
    assert.equal(answer['error'], 'invalid_request', name);
  }
});

test('OID-13 OID-33 hints about page, language, person and proof are taken', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  for (const display of ['page', 'popup', 'touch', 'wap', 'hologram']) {
    const browser = stage.browser();
    const path = authorizePath(client, {
      scope: 'openid',
      display,
      ui_locales: 'se de-AT en',
      claims_locales: 'se en',
      login_hint: 'mina@acme.test',
      acr_values: '1 2 urn:foyer:acr:1fa',
    });
    const shown = await shownAt(browser, path);
    assert.equal(shown['loginHint'], 'mina@acme.test');
    assert.deepEqual(shown['languages'], ['se', 'de-AT', 'en']);
    const sent = await browser.follow(shown.url, { method: 'POST', body: form({ username }) });
    const { body } = await redeem(stage, client, new URL(sent.location).searchParams.get('code'));
    const [, payload = ''] = String(body['id_token']).split('.');
    assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString())['acr'], 'urn:foyer:acr:1fa');
  }
});

test('OID-14 ATK-10 a public client needs a verifier, and nobody may weaken one', async () => {
  const open = await stage.client();
  const { username } = await stage.account();
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const asked = (given: Record<string, string | undefined>) =>
    authorizePath(open, { scope: 'openid', ...given });
  for (const given of [
    {},
    { code_challenge: challenge, code_challenge_method: 'plain' },
    { code_challenge: challenge },
    { code_challenge: 'short', code_challenge_method: 'S256' },
    { code_challenge_method: 'S256' },
  ])
    assert.equal((await answerAtOnce(stage.browser(), asked(given)))['error'], 'invalid_request');

  const bound = { code_challenge: challenge, code_challenge_method: 'S256' };
  const code = async () => answerOf(await stage.browser().signIn(asked(bound), username))['code'] ?? '';
  assert.equal((await redeem(stage, open, await code())).body['error'], 'invalid_grant');
  const wrong = { code_verifier: 'x'.repeat(43) };
  assert.equal((await redeem(stage, open, await code(), wrong)).body['error'], 'invalid_grant');
  assert.equal((await redeem(stage, open, await code(), { code_verifier: verifier })).status, 200);

  // A verifier for a code that was asked for without one is not let pass either: somebody took the challenge away.
  const secret = await stage.client({}, SECRET);
  const plain = answerOf(await stage.browser().signIn(authorizePath(secret, { scope: 'openid' }), username));
  const { body } = await redeem(stage, secret, plain['code'] ?? '', { code_verifier: verifier });
  assert.equal(body['error'], 'invalid_grant');
});

test('OID-21 a request whose scopes give nothing is refused at once, wherever it is made', async (t) => {
  const wide = await openOpenIdStage({ tags: { 'foyer:oauth-features': 'par device' } });
  t.after(() => wide.close());
  const client = await wide.client({}, SECRET);
  for (const scope of [undefined, '', ' ', 'nothing', 'email profile', 'offline_access', 'email nothing']) {
    const told = await answerAtOnce(wide.browser(), authorizePath(client, { scope, state: 's' }));
    assert.deepEqual([told['error'], told['state'], 'scope' in told], ['invalid_scope', 's', false], scope);
    const request = { scope, client_id: client.id, response_type: 'code', redirect_uri: CALLBACK };
    for (const path of ['/oauth2/par', '/oauth2/device_authorization']) {
      const { status, body } = await post(wide, path, request, basic(client));
      assert.deepEqual([status, body['error']], [400, 'invalid_scope'], `${path} ${scope}`);
    }
  }
  const shown = await shownAt(wide.browser(), authorizePath(client, { scope: 'openid nothing' }));
  assert.equal(shown['page'], 'login', 'what is not known beside others is passed over');
});
