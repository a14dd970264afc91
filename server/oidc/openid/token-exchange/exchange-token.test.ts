import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { Client } from '../../../pool.ts';
import { revokeGrant } from '../../../tokens/grant.ts';
import { type Answer, basic, claimsOf, headerOf, post, tokensFor, userInfo } from '../../testing/requests.ts';
import { openStage, type Stage } from '../../testing/stage.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
const ID = 'urn:ietf:params:oauth:token-type:id_token';
const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const ORDERS = 'https://orders.test/';
const SCOPES = ['openid', 'email', `${ORDERS}/read`, `${ORDERS}/write`, 'stock/see'];

const scope = (name: string) => ({ ScopeName: name, ScopeDescription: name });

let stage: Stage;
let web: Client;
let service: Client;
let shop: Client;
before(async () => {
  stage = await openStage({
    tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'token-exchange' },
    resourceServers: [
      { identifier: ORDERS, scopes: ['read', 'write'].map(scope) },
      { identifier: 'stock', scopes: ['see', 'count'].map(scope) },
    ],
  });
  shop = await client({}, ['openid', 'email']);
  service = await client({ token_exchange_audiences: [ORDERS, 'stock', shop.id, 'nobody'] });
  web = await client({ token_exchange_audiences: [service.id] });
});
after(() => stage.close());

const client = (OpenId: OpenIdClientSettings, scopes = SCOPES, secret: string | undefined = SECRET) =>
  stage.client({ AllowedOAuthScopes: scopes, OpenId }, secret);

type Given = Record<string, string | undefined>;

function exchange(asking: Client, token: string | undefined, given: Given = {}): Promise<Answer> {
  return post(
    stage,
    '/oauth2/token',
    { grant_type: GRANT, subject_token: token, subject_token_type: ACCESS, audience: ORDERS, ...given },
    basic(asking),
  );
}

async function person(scopes = SCOPES.join(' ')) {
  const { id, username } = await stage.account();
  const tokens = await tokensFor(stage, web, username, { scope: scopes });
  return { id, username, access: String(tokens['access_token']), idToken: String(tokens['id_token']) };
}

async function refused(answer: Promise<Answer>, error: string, says?: RegExp): Promise<void> {
  const { status, body } = await answer;
  assert.equal(body['error'], error, JSON.stringify(body));
  assert.equal(status, 400);
  if (says) assert.match(String(body['error_description']), says);
}

test('OID-170 OID-172 OID-175 a token of a person is exchanged for one that is good at a resource server, with its scopes', async () => {
  const { id, access } = await person();
  const { status, body, headers } = await exchange(service, access);
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
  assert.equal(now['client_id'], service.id);
  assert.equal(now['origin_jti'], before['origin_jti']);
  assert.equal(now['scope'], `${ORDERS}/read ${ORDERS}/write`);
  assert.notEqual(now.jti, before.jti);
  assert.ok(Number(now.exp) <= Number(before.exp));
  assert.equal(Number(now.exp) - Number(now.iat), body['expires_in']);
});

test('OID-172 the audience may be a client of the pool, whose own scopes then bound the token; an ID token is exchanged too', async () => {
  const { access, idToken } = await person();
  const given = { audience: shop.id };
  const { body } = await exchange(service, access, given);
  assert.equal(claimsOf(body['access_token']).aud, shop.id);
  assert.equal(body['scope'], 'openid email');
  const byId = await exchange(service, idToken, { ...given, subject_token_type: ID });
  assert.equal(byId.body['scope'], 'openid email', JSON.stringify(byId.body));
  await refused(exchange(service, idToken, given), 'invalid_request');
  await refused(exchange(service, access, { ...given, subject_token_type: ID }), 'invalid_request');
});

test('OID-172 a resource server whose identifier is an address can be named as resource', async () => {
  const { access } = await person();
  const { body } = await exchange(service, access, { audience: undefined, resource: ORDERS });
  assert.equal(claimsOf(body['access_token']).aud, ORDERS);
  const both = await exchange(service, access, { resource: ORDERS });
  assert.equal(both.status, 200);
  await refused(exchange(service, access, { resource: 'https://other.test/' }), 'invalid_target');
  await refused(exchange(service, access, { audience: undefined, resource: 'stock' }), 'invalid_target');
});

test('OID-173 a target that is not listed, or is nobody, is invalid_target; none at all is invalid_request', async () => {
  const { access } = await person();
  const other = await client({ token_exchange_audiences: [] });
  await refused(exchange(service, access, { audience: 'nobody' }), 'invalid_target');
  await refused(exchange(service, access, { audience: web.id }), 'invalid_target');
  await refused(exchange(service, access, { audience: undefined }), 'invalid_request');
  const own = (await tokensFor(stage, other, (await stage.account()).username, { scope: 'openid' }))[
    'access_token'
  ];
  await refused(exchange(other, own), 'invalid_target');
});

test('OID-174 ATK-18 a scope beyond the subject token or the target is refused, one within is all that is given', async () => {
  const { access } = await person(`openid ${ORDERS}/read`);
  const { body } = await exchange(service, access);
  assert.equal(body['scope'], `${ORDERS}/read`);
  await refused(exchange(service, access, { scope: `${ORDERS}/write` }), 'invalid_scope');
  await refused(exchange(service, access, { scope: `${ORDERS}/read openid` }), 'invalid_scope');
  const all = await person();
  const less = await exchange(service, all.access, { scope: `${ORDERS}/read` });
  assert.equal(claimsOf(less.body['access_token'])['scope'], `${ORDERS}/read`);
});

test('OID-171 a token of another client is exchanged only by whom that client names', async () => {
  const stranger = await client({ token_exchange_audiences: [ORDERS] });
  const { access, idToken } = await person();
  await refused(exchange(stranger, access), 'invalid_request', /not for this client/);
  await refused(exchange(stranger, idToken, { subject_token_type: ID }), 'invalid_request');
  const { username } = await stage.account();
  const own = await tokensFor(stage, stranger, username, { scope: SCOPES.join(' ') });
  assert.equal((await exchange(stranger, own['access_token'])).status, 200);
});

test('OID-171 OID-172 a token that came of an exchange goes on only where it was made for, and nowhere at the pool', async () => {
  const back = await client({ token_exchange_audiences: ['stock'] }, ['openid', 'stock/see']);
  const front = await client({ token_exchange_audiences: [back.id] });
  const { username } = await stage.account();
  const { access_token: first } = await tokensFor(stage, front, username, { scope: SCOPES.join(' ') });
  const { body } = await exchange(front, first, { audience: back.id });
  const second = String(body['access_token']);
  assert.equal((await userInfo(stage, second)).status, 401);
  const third = await exchange(back, second, { audience: 'stock' });
  assert.equal(third.body['scope'], 'stock/see', JSON.stringify(third.body));
  assert.equal(claimsOf(third.body['access_token'])['client_id'], back.id);
  await refused(exchange(front, second, { audience: back.id }), 'invalid_request');
  await refused(exchange(service, third.body['access_token'] as string), 'invalid_request');
});

test('OID-176 ATK-19 when the sign-in, the person or the client is gone, its token buys nothing', async () => {
  const ended = await person();
  await revokeGrant(stage.pool, String(claimsOf(ended.access)['origin_jti']));
  await refused(exchange(service, ended.access), 'invalid_request');
  const disabled = await person();
  await stage.pool.accounts.update(disabled.id, (account) => ({ ...account, enabled: false }));
  await refused(exchange(service, disabled.access), 'invalid_request');
  const signedOut = await person();
  await stage.pool.accounts.update(signedOut.id, (account) => ({ ...account, epoch: account.epoch + 1 }));
  await refused(exchange(service, signedOut.access), 'invalid_request');
  const gone = await client({ token_exchange_audiences: [service.id] });
  const { username } = await stage.account();
  const { access_token: orphan } = await tokensFor(stage, gone, username, { scope: SCOPES.join(' ') });
  await stage.pool.directory.remove('client', gone.id);
  await refused(exchange(service, orphan), 'invalid_request');
});

test('OID-176 a token that came of an exchange ends with the sign-in of the first one', async () => {
  const back = await client({ token_exchange_audiences: ['stock'] });
  const front = await client({ token_exchange_audiences: [back.id] });
  const { username } = await stage.account();
  const tokens = await tokensFor(stage, front, username, { scope: SCOPES.join(' ') });
  const { body } = await exchange(front, tokens['access_token'], { audience: back.id });
  await post(stage, '/oauth2/revoke', { token: tokens['refresh_token'] }, basic(front));
  await refused(exchange(back, String(body['access_token']), { audience: 'stock' }), 'invalid_request');
});

test('OID-175 the new token ends no later than the one that was handed in', async (t) => {
  const long = await stage.client(
    {
      AllowedOAuthScopes: SCOPES,
      AccessTokenValidity: 24,
      OpenId: { token_exchange_audiences: [ORDERS] },
    },
    SECRET,
  );
  const short = await client({ token_exchange_audiences: [long.id] });
  const { username } = await stage.account();
  const { access_token: access } = await tokensFor(stage, short, username, { scope: SCOPES.join(' ') });
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 50 * 60_000 });
  const { body } = await exchange(long, access);
  assert.equal(claimsOf(body['access_token']).exp, claimsOf(access).exp, JSON.stringify(body));
  assert.ok(Number(body['expires_in']) <= 600);
  t.mock.timers.setTime(Date.now() + 11 * 60_000);
  await refused(exchange(long, access), 'invalid_request');
});

test('OID-177 an actor is named in act, one inside the other, and never more than five', async () => {
  const machine = await post(
    stage,
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    basic(await robot()),
  );
  assert.equal(machine.status, 200);
  const { access } = await person();
  const actor = await person();
  const chained = await client({ token_exchange_audiences: [] });
  await stage.pool.directory.update('client', chained.id, (record) => ({
    ...record,
    settings: { ...record.settings, OpenId: { token_exchange_audiences: [chained.id] } },
  }));
  const mine = await tokensFor(stage, chained, actor.username, { scope: 'openid' });
  const acting = { actor_token: mine['access_token'], actor_token_type: ACCESS, audience: chained.id };
  const { username } = await stage.account();
  let token = String((await tokensFor(stage, chained, username, { scope: 'openid' }))['access_token']);
  for (let links = 1; links <= 5; links++) {
    const { body } = await exchange(chained, token, acting);
    token = String(body['access_token']);
    let act = claimsOf(token)['act'] as { sub: string; act?: never } | undefined;
    for (let link = 0; link < links; link++) {
      assert.equal(act?.sub, actor.id, JSON.stringify(body));
      act = act?.act;
    }
    assert.equal(act, undefined);
  }
  await refused(exchange(chained, token, acting), 'invalid_request', /one after the other/);
  const kept = await exchange(chained, token, { audience: chained.id });
  assert.deepEqual(claimsOf(kept.body['access_token'])['act'], claimsOf(token)['act']);
  const foreign = { actor_token: actor.access, actor_token_type: ACCESS };
  await refused(exchange(service, access, foreign), 'invalid_request', /actor_token is not valid/);
  const robots = { actor_token: String(machine.body['access_token']), actor_token_type: ACCESS };
  await refused(exchange(service, access, robots), 'invalid_request', /actor_token is not valid/);
  await refused(exchange(service, access, { actor_token: 'x' }), 'invalid_request');
  await refused(exchange(service, access, { actor_token_type: ACCESS }), 'invalid_request');
});

test('OID-177 a client acts with the token that it got for itself', async () => {
  const machine = await robot({ token_exchange_audiences: [ORDERS] });
  const front = await client({ token_exchange_audiences: [machine.id] });
  const { username } = await stage.account();
  const { access_token: access } = await tokensFor(stage, front, username, { scope: SCOPES.join(' ') });
  const { body: own } = await post(
    stage,
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    basic(machine),
  );
  const acting = { actor_token: String(own['access_token']), actor_token_type: ACCESS };
  const { body } = await exchange(machine, access, acting);
  assert.deepEqual(claimsOf(body['access_token'])['act'], { sub: machine.id });
  // It stands for no person: nothing is to be had for it.
  await refused(exchange(machine, acting.actor_token), 'invalid_request');
});

test('OID-170 without the feature, without proof of the client, or without a secret there is no exchange', async () => {
  const { access } = await person();
  const wrong = await exchange({ ...service, secret: 'wrong' }, access);
  assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client']);
  const open = await stage.client({ AllowedOAuthScopes: SCOPES, OpenId: {} });
  const asked = { grant_type: GRANT, subject_token: access, subject_token_type: ACCESS, audience: ORDERS };
  await refused(post(stage, '/oauth2/token', { ...asked, client_id: open.id }), 'unauthorized_client');
});

test('OID-178 each parameter missing, repeated, too long or of another type is refused where it is wrong', async () => {
  const { access } = await person();
  await refused(exchange(service, undefined), 'invalid_request', /subject_token/);
  await refused(exchange(service, ''), 'invalid_request', /subject_token/);
  const type = (subject_token_type: string | undefined) => ({ subject_token_type });
  await refused(exchange(service, access, type(undefined)), 'invalid_request', /subject_token_type/);
  await refused(exchange(service, access, type('urn:ietf:params:oauth:token-type:saml2')), 'invalid_request');
  const wanted = (requested_token_type: string) => ({ requested_token_type });
  assert.equal((await exchange(service, access, wanted(ACCESS))).status, 200);
  for (const other of [ID, 'urn:ietf:params:oauth:token-type:refresh_token', 'x'])
    await refused(exchange(service, access, wanted(other)), 'invalid_request', /requested_token_type/);
  for (const odd of ['x', `${access}x`, 'a.b.c', 'x'.repeat(20_000)])
    await refused(exchange(service, odd), 'invalid_request');
  await refused(exchange(service, access, { audience: 'x'.repeat(5000) }), 'invalid_target');
  for (const name of ['audience', 'subject_token', 'subject_token_type', 'scope', 'actor_token']) {
    const body = new URLSearchParams({
      grant_type: GRANT,
      subject_token: access,
      subject_token_type: ACCESS,
      audience: ORDERS,
      scope: `${ORDERS}/read`,
      actor_token: access,
    });
    body.append(name, body.get(name) ?? '');
    const answer = await fetch(`${stage.base}/oauth2/token`, {
      method: 'POST',
      body,
      headers: basic(service),
    });
    assert.deepEqual(
      [name, answer.status, ((await answer.json()) as Answer['body'])['error']],
      [name, 400, 'invalid_request'],
    );
  }
});

/** A client without people. */
function robot(OpenId: OpenIdClientSettings = {}): Promise<Client> {
  return stage.client(
    {
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['stock/see'],
      CallbackURLs: [],
      LogoutURLs: [],
      OpenId,
    },
    SECRET,
  );
}
