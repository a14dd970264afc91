import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, claimsOf, codeFor, headerOf, redeem } from '../testing/requests.ts';
import { CALLBACK, type Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

const TYPES = ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'];
const half = (text = '') => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

test('OID-18 an ID token names issuer, audience, person and time, and is signed by a published key', async () => {
  const client = await stage.client({}, SECRET);
  const { username, id } = await stage.account();
  const began = Math.floor(Date.now() / 1000);
  const { body } = await redeem(
    stage,
    client,
    await codeFor(stage.browser(), client, username, { scope: 'openid' }),
  );
  const keys = createRemoteJWKSet(new URL(`${stage.pool.issuer}/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(String(body['id_token']), keys, {
    issuer: stage.pool.issuer,
    audience: client.id,
    algorithms: ['RS256'],
  });
  assert.equal(payload.sub, id);
  assert.ok(protectedHeader.kid);
  const { iat = 0, exp = 0, auth_time } = payload as { iat?: number; exp?: number; auth_time?: unknown };
  assert.ok(typeof auth_time === 'number' && auth_time >= began - 1 && auth_time <= iat);
  assert.ok(iat >= began - 1 && exp > iat);
  assert.equal(payload['acr'], undefined, 'not asked for');
});

test('OID-10 OID-11 OID-19 each response type has its parts, the issuer and what binds them', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  for (const response_type of TYPES) {
    const path = authorizePath(client, { response_type, scope: 'openid', nonce: 'n-0', state: 'a b&c' });
    const end = await stage.browser().signIn(path, username);
    assert.equal(response_type === 'code', end.hash === '', response_type);
    const { code, id_token, access_token, token_type, iss, state } = answerOf(end);
    assert.equal(iss, stage.pool.issuer, response_type);
    assert.equal(state, 'a b&c');
    assert.equal(code !== undefined, response_type.includes('code'));
    assert.equal(id_token !== undefined, response_type.includes('id_token'));
    assert.equal(access_token !== undefined, response_type.split(' ').includes('token'));
    assert.equal(token_type, access_token && 'Bearer');
    if (!id_token) continue;
    const claims = claimsOf(id_token);
    assert.equal(claims['nonce'], 'n-0');
    assert.equal(claims['c_hash'], code && half(code), response_type);
    assert.equal(claims['at_hash'], access_token && half(access_token), response_type);
  }
});

test('OID-10 OID-18 the code of a hybrid answer buys an ID token about the same sign-in', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const path = authorizePath(client, { response_type: 'code id_token', scope: 'openid', nonce: 'n-1' });
  const { code = '', id_token } = answerOf(await stage.browser().signIn(path, username));
  const { body } = await redeem(stage, client, code);
  const [first, second] = [claimsOf(id_token), claimsOf(body['id_token'])];
  for (const name of ['iss', 'sub', 'aud', 'nonce', 'auth_time']) assert.deepEqual(second[name], first[name]);
});

test('OID-10 a nonce may be missing where the code alone comes back, and nowhere else', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  for (const response_type of TYPES) {
    const path = authorizePath(client, { response_type, scope: 'openid' });
    if (!response_type.includes('id_token')) {
      assert.equal(answerOf(await stage.browser().signIn(path, username))['error'], undefined);
      continue;
    }
    const { location } = await stage.browser().follow(path);
    assert.equal(answerOf(location)['error'], 'invalid_request', response_type);
  }
});

test('OID-20 claims of the scopes are in the ID token when nothing else could fetch them', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const idToken = async (response_type: string) => {
    const path = authorizePath(client, { response_type, scope: 'openid email', nonce: 'n' });
    return claimsOf(answerOf(await stage.browser().signIn(path, username))['id_token']);
  };
  const alone = await idToken('id_token');
  assert.equal(alone['email'], 'mina@acme.test');
  assert.equal(alone['email_verified'], true);
  assert.equal((await idToken('id_token token'))['email'], undefined);
});

test('OID-15 OID-11 form_post carries the answer of every response type, and errors', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  for (const response_type of TYPES) {
    const given = { response_type, response_mode: 'form_post', scope: 'openid', nonce: 'n', state: '"><x' };
    const browser = stage.browser();
    const page = await browser.follow(authorizePath(client, given));
    const sent = await browser.follow(page.url, { method: 'POST', body: new URLSearchParams({ username }) });
    assert.equal(sent.status, 200, sent.text);
    const shown = JSON.parse(sent.text) as { page: string; action: string; fields: [string, string][] };
    assert.equal(shown.page, 'form');
    assert.equal(shown.action, CALLBACK);
    const fields = Object.fromEntries(shown.fields);
    assert.equal(fields['state'], '"><x');
    assert.equal(fields['iss'], stage.pool.issuer);
    for (const part of response_type.split(' ')) assert.ok(fields[part === 'token' ? 'access_token' : part]);

    const refused = await shownAt(stage.browser(), authorizePath(client, { ...given, prompt: 'none' }));
    const told = Object.fromEntries(refused['fields'] as [string, string][]);
    assert.equal(told['error'], 'login_required');
    assert.equal(told['state'], '"><x');
    assert.equal(told['iss'], stage.pool.issuer);
  }
});

test('OID-17 ATK-07 tokens never go into a query, and there are three response modes', async () => {
  const client = await stage.client({}, SECRET);
  const refusedAs = async (given: Record<string, string>) => {
    const path = authorizePath(client, { scope: 'openid', nonce: 'n', ...given });
    const { location, text } = await stage.browser().follow(path);
    assert.ok(location.startsWith(`${CALLBACK}?`) || location.startsWith(`${CALLBACK}#`), location + text);
    return answerOf(location)['error'];
  };
  for (const response_type of TYPES.slice(1))
    assert.equal(await refusedAs({ response_type, response_mode: 'query' }), 'invalid_request');
  const modes = [
    'form_post.jwt',
    'query.jwt',
    'jwt',
    'fragment.jwt',
    'web_message',
    'cognito.token',
    'cognito.code',
    'FORM_POST',
    'form_post ',
    '__proto__',
    'constructor',
  ];
  for (const response_mode of modes)
    assert.equal(await refusedAs({ response_mode }), 'unsupported_response_mode', response_mode);
});

test('OID-11 an error names the issuer too', async () => {
  const client = await stage.client({}, SECRET);
  const path = authorizePath(client, { scope: 'openid', prompt: 'none', state: 's' });
  const { location } = await stage.browser().follow(path);
  const { error, iss, state } = answerOf(location);
  assert.deepEqual({ error, iss, state }, { error: 'login_required', iss: stage.pool.issuer, state: 's' });
});

test('OID-18 ATK-15 the key that signs ID tokens is named, and no algorithm can be asked for', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, {
    scope: 'openid',
    id_token_signed_response_alg: 'none',
  });
  const { body } = await redeem(stage, client, code);
  const { alg, kid } = headerOf(body['id_token']) as { alg?: string; kid?: string };
  assert.equal(alg, 'RS256');
  assert.ok(stage.pool.keys.published.some((key) => key.kid === kid));
});
