import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerAtOnce, answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, claimsOf, form, redeem, tokensFor, userInfo } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage({
    settings: { Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }] },
  });
});
after(() => stage.close());

const person = {
  email: 'mina@acme.test',
  email_verified: 'true',
  phone_number: '+4312345',
  phone_number_verified: 'false',
  name: 'Mina Park',
  given_name: 'Mina',
  address: '1 Long Road',
  locale: 'de-AT',
  'custom:team': '7',
};

const told = async (token = '') => (await (await userInfo(stage, token)).json()) as Record<string, unknown>;
const asking = (claims: unknown) => JSON.stringify(claims);

test('OID-40 user info tells what each scope names, each in its type', async () => {
  const client = await stage.client({}, SECRET);
  const { username, id, modifiedAt } = await stage.account({ attributes: person });
  const of = async (scope: string) =>
    told((await tokensFor(stage, client, username, { scope }))['access_token']);
  const email = { email: 'mina@acme.test', email_verified: true };
  const phone = { phone_number: '+4312345', phone_number_verified: false };
  const address = { address: { formatted: '1 Long Road' } };
  const profile = {
    name: 'Mina Park',
    given_name: 'Mina',
    locale: 'de-AT',
    'custom:team': '7',
    updated_at: Math.floor(modifiedAt / 1000),
  };
  assert.deepEqual(await of('openid'), { sub: id });
  assert.deepEqual(await of('openid email'), { sub: id, ...email });
  assert.deepEqual(await of('phone openid'), { sub: id, ...phone });
  assert.deepEqual(await of('openid address'), { sub: id, ...address });
  assert.deepEqual(await of('openid profile'), { sub: id, ...profile });
  const all = { sub: id, ...email, ...phone, ...address, ...profile };
  assert.deepEqual(await of('openid profile email phone address'), all);
  assert.deepEqual(await of('address phone email profile openid'), all);
});

test('OID-41 single claims are told where they were asked for, whatever the scopes', async () => {
  const client = await stage.client({}, SECRET);
  const { username, id } = await stage.account({ attributes: person });
  const claims = asking({
    userinfo: { name: { essential: true }, given_name: null, 'http://x.example/unknown': null },
    id_token: {
      email: { essential: true, value: 'other@x.test' },
      locale: null,
      auth_time: { essential: true },
    },
  });
  const tokens = await tokensFor(stage, client, username, { scope: 'openid', claims });
  assert.deepEqual(await told(tokens['access_token']), { sub: id, name: 'Mina Park', given_name: 'Mina' });
  const idToken = claimsOf(tokens['id_token']);
  assert.equal(idToken['email'], 'mina@acme.test', 'a value is a wish, and never what is told');
  assert.equal(idToken['locale'], 'de-AT');
  assert.equal(idToken['name'], undefined);
  assert.equal(typeof idToken['auth_time'], 'number');
});

test('OID-41 OID-57 what was asked for lasts as long as the sign-in does', async () => {
  const client = await stage.client({}, SECRET);
  const { username, id } = await stage.account({ attributes: person });
  const claims = asking({ userinfo: { name: null }, id_token: { email: null } });
  const tokens = await tokensFor(stage, client, username, { scope: 'openid', claims });
  const { body } = await redeem(stage, client, null, {
    grant_type: 'refresh_token',
    refresh_token: tokens['refresh_token'],
  });
  assert.deepEqual(await told(String(body['access_token'])), { sub: id, name: 'Mina Park' });
  assert.equal(claimsOf(body['id_token'])['email'], 'mina@acme.test');
});

test('OID-42 a sub that is asked for is answered for that person alone', async () => {
  const client = await stage.client({}, SECRET);
  const [one, other] = [await stage.account(), await stage.account()];
  const browser = stage.browser();
  await browser.signIn(authorizePath(client, { scope: 'openid' }), other.username);
  for (const sub of [{ value: one.id }, { values: [one.id] }, { essential: true, value: one.id }]) {
    const claims = asking({ id_token: { sub } });
    const path = authorizePath(client, { scope: 'openid', claims });
    const silent = await answerAtOnce(browser, `${path}&prompt=none`);
    assert.equal(silent['error'], 'login_required');
    const shown = await shownAt(browser, path);
    const wrong = await browser.follow(shown.url, {
      method: 'POST',
      body: form({ username: other.username }),
    });
    assert.equal(answerOf(wrong.location)['error'], 'login_required');
    const end = await stage.browser().signIn(path, one.username);
    const { body } = await redeem(stage, client, answerOf(end)['code'] ?? '');
    assert.equal(claimsOf(body['id_token'])['sub'], one.id);
  }
});

test('OID-43 ATK-18 claims get nothing that the scopes or readable attributes of the client keep from it', async () => {
  const { username, id } = await stage.account({ attributes: person });
  const narrow = await stage.client({ AllowedOAuthScopes: ['openid'] }, SECRET);
  const names = ['email', 'email_verified', 'name', 'address', 'updated_at', 'custom:team', 'phone_number'];
  const all = Object.fromEntries(names.map((name) => [name, { essential: true }]));
  const claims = asking({ userinfo: all, id_token: all });
  const tokens = await tokensFor(stage, narrow, username, { scope: 'openid', claims });
  assert.deepEqual(await told(tokens['access_token']), { sub: id });
  const idToken = claimsOf(tokens['id_token']);
  for (const name of names) assert.equal(idToken[name], undefined, name);

  const blind = await stage.client({ ReadAttributes: ['name'] }, SECRET);
  const seen = await tokensFor(stage, blind, username, { scope: 'openid', claims });
  const info = await told(seen['access_token']);
  assert.equal(info['name'], 'Mina Park');
  assert.equal(info['email'], undefined);
  const refused = await answerAtOnce(stage.browser(), authorizePath(narrow, { scope: 'openid address' }));
  assert.equal(refused['error'], 'invalid_scope');
});

test('OID-44 claims that are no claims are refused', async () => {
  const client = await stage.client({}, SECRET);
  const deep = `{"userinfo":{"name":${'{"value":'.repeat(2000)}1${'}'.repeat(2000)}}}`;
  for (const claims of [
    'x',
    '[]',
    'null',
    '1',
    '{}',
    '{"userinfo":[]}',
    '{"id_token":"x"}',
    '{"id_token":{"email":true}}',
    '{"id_token":{"email":[]}}',
    '{"userinfo":{"email":"x"}}',
    `{"userinfo":{"name":{"value":"${'x'.repeat(5000)}"}}}`,
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
    deep,
  ]) {
    const body = form({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: 'https://app.test/cb',
      scope: 'openid',
      claims,
    });
    const { location } = await stage.browser().follow('/oauth2/authorize', { method: 'POST', body });
    assert.equal(answerOf(location)['error'], 'invalid_request', claims.slice(0, 40));
  }
  const unused = authorizePath(client, {
    response_type: 'id_token',
    scope: 'openid',
    nonce: 'n',
    claims: asking({ userinfo: { name: null } }),
  });
  assert.equal((await answerAtOnce(stage.browser(), unused))['error'], 'invalid_request');
});

test("OID-44 the names of an object's own parts are no claims", async () => {
  const client = await stage.client({}, SECRET);
  const { username, id } = await stage.account();
  const odd = [
    '"__proto__":{"value":1}',
    '"constructor":null',
    '"toString":null',
    '"hasOwnProperty":{"x":1}',
  ];
  for (const one of [...odd, odd.join()]) {
    const claims = `{"userinfo":{${one},"nickname":{"__proto__":{"polluted":1}}},"id_token":{${one}}}`;
    const tokens = await tokensFor(stage, client, username, { scope: 'openid', claims });
    assert.deepEqual(await told(tokens['access_token']), { sub: id });
  }
  for (const name of ['polluted', 'value', 'x'])
    assert.equal(({} as Record<string, unknown>)[name], undefined);
});
