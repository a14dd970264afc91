import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { authorizePath, basic, claimsOf, codeFor, form, post, redeem, refresh } from '../testing/requests.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage({ tags: { 'foyer:profile': 'openid' } });
});
after(() => stage.close());

test('a code buys tokens, the claims of its scopes are told at user info', async () => {
  const client = await stage.client({}, 'a-secret-of-the-tests');
  const { username, id } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, {
    scope: 'openid email',
    nonce: 'n-1',
    state: 's',
  });
  const { status, body } = await redeem(stage, client, code);
  assert.equal(status, 200, JSON.stringify(body) + stage.logged.join('\n'));
  const idToken = claimsOf(body['id_token']);
  assert.equal(idToken['nonce'], 'n-1');
  assert.equal(idToken['sub'], id);
  assert.equal(idToken['email'], undefined);
  const access = claimsOf(body['access_token']);
  assert.equal(access['scope'], 'openid email');
  assert.equal(decodeProtectedHeader(String(body['access_token'])).typ, 'at+jwt');
  const answer = await fetch(`${stage.base}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${body['access_token']}` },
  });
  assert.deepEqual(await answer.json(), { sub: id, email: 'mina@acme.test', email_verified: true });
  const again = await refresh(stage, client, body['refresh_token']);
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.equal((await redeem(stage, client, code)).body['error'], 'invalid_grant');
  assert.equal((await refresh(stage, client, body['refresh_token'])).body['error'], 'invalid_grant');
});

test('hybrid and implicit answers are in the fragment', async () => {
  const client = await stage.client({}, 'a-secret-of-the-tests');
  const { username } = await stage.account();
  const end = await stage
    .browser()
    .signIn(
      authorizePath(client, { response_type: 'code id_token token', scope: 'openid', nonce: 'n' }),
      username,
    );
  const answer = new URLSearchParams(end.hash.slice(1));
  for (const name of ['code', 'id_token', 'access_token']) assert.ok(answer.get(name), name);
  const userInfo = await fetch(`${stage.base}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${answer.get('access_token')}` },
  });
  assert.equal(userInfo.status, 200);
});

test('a form is answered as an address is', async () => {
  const client = await stage.client({}, 'a-secret-of-the-tests');
  const { username } = await stage.account();
  const browser = stage.browser();
  const query = authorizePath(client, { scope: 'openid' }).split('?')[1];
  const sent = await browser.follow('/oauth2/authorize', {
    method: 'POST',
    body: form(Object.fromEntries(new URLSearchParams(query))),
  });
  assert.match(sent.text, /"page":"login"/);
  const end = await browser.follow(sent.url, { method: 'POST', body: new URLSearchParams({ username }) });
  assert.match(end.location, /code=/);
});

test('a client gets a token for itself', async () => {
  const client = await stage.client(
    { AllowedOAuthFlows: ['client_credentials'], CallbackURLs: [], AllowedOAuthScopes: [] },
    'a-secret-of-the-tests',
  );
  const { status, body } = await post(
    stage,
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    basic(client),
  );
  assert.equal(status, 200, JSON.stringify(body));
});
