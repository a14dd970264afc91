import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACCESS,
  EXCHANGE_GRANT,
  exchangesOfTests,
  ID,
  ORDERS,
  SCOPES,
  SECRET,
} from '../../testing/exchanges.ts';
import { type Answer, basic, claimsOf, headerOf, post, tokensFor } from '../../testing/requests.ts';

const { at, client, exchange, person, refused } = exchangesOfTests();

test('OID-170 OID-172 OID-175 a token of a person is exchanged for one that is good at a resource server, with its scopes', async () => {
  const { id, access } = await person();
  const { status, body, headers } = await exchange(at.service, access);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body['issued_token_type'], ACCESS);
  assert.equal(body['token_type'], 'Bearer');
  assert.equal(body['scope'], `${ORDERS}/read ${ORDERS}/write`);
  assert.deepEqual(Object.keys(body).sort(), [
    'access_token',
    'expires_in',
    'issued_token_type',
    'scope',
    'token_type',
  ]);
  assert.match(String(headers.get('cache-control')), /no-store/);
  const [before, now] = [claimsOf(access), claimsOf(body['access_token'])];
  assert.deepEqual(headerOf(body['access_token']), { ...headerOf(access) });
  assert.equal(now['sub'], id);
  assert.equal(now['aud'], ORDERS);
  assert.equal(now['client_id'], at.service.id);
  assert.equal(now['origin_jti'], before['origin_jti']);
  assert.equal(now['scope'], `${ORDERS}/read ${ORDERS}/write`);
  assert.notEqual(now.jti, before.jti);
  assert.ok(Number(now.exp) <= Number(before.exp));
  assert.equal(Number(now.exp) - Number(now.iat), body['expires_in']);
});

test('OID-172 the audience may be a client of the pool, whose own scopes then bound the token; an ID token is exchanged too', async () => {
  const { access, idToken } = await person();
  const given = { audience: at.shop.id };
  const { body } = await exchange(at.service, access, given);
  assert.equal(claimsOf(body['access_token']).aud, at.shop.id);
  assert.equal(body['scope'], 'openid email');
  const byId = await exchange(at.service, idToken, { ...given, subject_token_type: ID });
  assert.equal(byId.body['scope'], 'openid email', JSON.stringify(byId.body));
  await refused(exchange(at.service, idToken, given), 'invalid_request');
  await refused(exchange(at.service, access, { ...given, subject_token_type: ID }), 'invalid_request');
});

test('OID-172 a resource server whose identifier is an address can be named as resource', async () => {
  const { access } = await person();
  const { body } = await exchange(at.service, access, { audience: undefined, resource: ORDERS });
  assert.equal(claimsOf(body['access_token']).aud, ORDERS);
  const both = await exchange(at.service, access, { resource: ORDERS });
  assert.equal(both.status, 200);
  await refused(exchange(at.service, access, { resource: 'https://other.test/' }), 'invalid_target');
  await refused(exchange(at.service, access, { audience: undefined, resource: 'stock' }), 'invalid_target');
});

test('OID-173 a target that is not listed, or is nobody, is invalid_target; none at all is invalid_request', async () => {
  const { access } = await person();
  const other = await client({ token_exchange_audiences: [] });
  await refused(exchange(at.service, access, { audience: 'nobody' }), 'invalid_target');
  await refused(exchange(at.service, access, { audience: at.web.id }), 'invalid_target');
  await refused(exchange(at.service, access, { audience: undefined }), 'invalid_request');
  const own = (await tokensFor(at.stage, other, (await at.stage.account()).username, { scope: 'openid' }))[
    'access_token'
  ];
  await refused(exchange(other, own), 'invalid_target');
});

test('OID-174 ATK-18 a scope beyond the subject token or the target is refused, one within is all that is given', async () => {
  const { access } = await person(`openid ${ORDERS}/read`);
  const { body } = await exchange(at.service, access);
  assert.equal(body['scope'], `${ORDERS}/read`);
  await refused(exchange(at.service, access, { scope: `${ORDERS}/write` }), 'invalid_scope');
  await refused(exchange(at.service, access, { scope: `${ORDERS}/read openid` }), 'invalid_scope');
  const all = await person();
  const less = await exchange(at.service, all.access, { scope: `${ORDERS}/read` });
  assert.equal(claimsOf(less.body['access_token'])['scope'], `${ORDERS}/read`);
});

test('OID-175 the new token ends no later than the one that was handed in', async (t) => {
  const long = await at.stage.client(
    {
      AllowedOAuthScopes: SCOPES,
      AccessTokenValidity: 24,
      OpenId: { token_exchange_audiences: [ORDERS] },
    },
    SECRET,
  );
  const short = await client({ token_exchange_audiences: [long.id] });
  const { username } = await at.stage.account();
  const { access_token: access } = await tokensFor(at.stage, short, username, { scope: SCOPES.join(' ') });
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 50 * 60_000 });
  const { body } = await exchange(long, access);
  assert.equal(claimsOf(body['access_token']).exp, claimsOf(access).exp, JSON.stringify(body));
  assert.ok(Number(body['expires_in']) <= 600);
  t.mock.timers.setTime(Date.now() + 11 * 60_000);
  await refused(exchange(long, access), 'invalid_request');
});

test('OID-170 without the feature, without proof of the client, or without a secret there is no exchange', async () => {
  const { access } = await person();
  const wrong = await exchange({ ...at.service, secret: 'wrong' }, access);
  assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client']);
  const open = await at.stage.client({ AllowedOAuthScopes: SCOPES, OpenId: {} });
  const asked = {
    grant_type: EXCHANGE_GRANT,
    subject_token: access,
    subject_token_type: ACCESS,
    audience: ORDERS,
  };
  await refused(post(at.stage, '/oauth2/token', { ...asked, client_id: open.id }), 'unauthorized_client');
});

test('OID-178 each parameter missing, repeated, too long or of another type is refused where it is wrong', async () => {
  const { access } = await person();
  await refused(exchange(at.service, undefined), 'invalid_request', /subject_token/);
  await refused(exchange(at.service, ''), 'invalid_request', /subject_token/);
  const type = (subject_token_type: string | undefined) => ({ subject_token_type });
  await refused(exchange(at.service, access, type(undefined)), 'invalid_request', /subject_token_type/);
  await refused(
    exchange(at.service, access, type('urn:ietf:params:oauth:token-type:saml2')),
    'invalid_request',
  );
  const wanted = (requested_token_type: string) => ({ requested_token_type });
  assert.equal((await exchange(at.service, access, wanted(ACCESS))).status, 200);
  for (const other of [ID, 'urn:ietf:params:oauth:token-type:refresh_token', 'x'])
    await refused(exchange(at.service, access, wanted(other)), 'invalid_request', /requested_token_type/);
  for (const odd of ['x', `${access}x`, 'a.b.c', 'x'.repeat(20_000)])
    await refused(exchange(at.service, odd), 'invalid_request');
  await refused(exchange(at.service, access, { audience: 'x'.repeat(5000) }), 'invalid_target');
  for (const name of [
    'subject_token',
    'subject_token_type',
    'requested_token_type',
    'scope',
    'actor_token',
  ]) {
    const body = new URLSearchParams({
      grant_type: EXCHANGE_GRANT,
      subject_token: access,
      subject_token_type: ACCESS,
      audience: ORDERS,
      scope: `${ORDERS}/read`,
      requested_token_type: ACCESS,
      actor_token: access,
    });
    body.append(name, body.get(name) ?? '');
    const answer = await fetch(`${at.stage.base}/oauth2/token`, {
      method: 'POST',
      body,
      headers: basic(at.service),
    });
    assert.deepEqual(
      [name, answer.status, ((await answer.json()) as Answer['body'])['error']],
      [name, 400, 'invalid_request'],
    );
  }
});

test('OID-172 OID-173 several targets are one that is named several times, or an invalid target', async () => {
  const { access } = await person();
  const ask = async (...targets: [string, string][]) => {
    const fields: [string, string][] = [
      ['grant_type', EXCHANGE_GRANT],
      ['subject_token', access],
      ['subject_token_type', ACCESS],
    ];
    const body = new URLSearchParams([...fields, ...targets]);
    const init = { method: 'POST', body, headers: basic(at.service) };
    const answer = (await (await fetch(`${at.stage.base}/oauth2/token`, init)).json()) as Answer['body'];
    return answer['error'] ?? claimsOf(answer['access_token']).aud;
  };
  assert.equal(await ask(['audience', ORDERS], ['audience', ORDERS], ['resource', ORDERS]), ORDERS);
  assert.equal(await ask(['audience', ORDERS], ['audience', 'stock']), 'invalid_target');
  assert.equal(await ask(['resource', ORDERS], ['resource', 'https://other.test/']), 'invalid_target');
  assert.equal(await ask(['resource', ORDERS], ['resource', 'stock']), 'invalid_target');
  assert.equal(await ask(['audience', ''], ['audience', '']), 'invalid_request');
});
