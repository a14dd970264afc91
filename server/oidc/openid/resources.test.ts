import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '../../pool.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { verifyAccessToken } from '../../tokens/verify-access-token.ts';
import { type Answer, authorizePath, basic, claimsOf, post, userInfo } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const ORDERS = 'https://api.test/orders';
const MAIL = 'https://mail.test';
const OTHER = 'https://other.test/';
const scope = (ScopeName: string) => ({ ScopeName, ScopeDescription: ScopeName });

let stage: Stage;
before(async () => {
  stage = await openStage({
    tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par resource-indicators' },
    resourceServers: [
      { identifier: ORDERS, scopes: [scope('read'), scope('write')] },
      { identifier: MAIL, scopes: [scope('send')] },
      { identifier: OTHER, scopes: [scope('all')] },
      { identifier: 'plain-name', scopes: [scope('read')] },
    ],
  });
});
after(() => stage.close());

const own = [`${ORDERS}/read`, `${ORDERS}/write`, `${MAIL}/send`];
const shop = (): Promise<Client> =>
  stage.client(
    { AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin', ...own, 'plain-name/read'] },
    SECRET,
  );
const robot = (): Promise<Client> =>
  stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: own, CallbackURLs: [] },
    SECRET,
  );

/** A form with a value for each pair; a list is the parameter several times. */
function pairs(given: Record<string, string | string[]>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
}

async function signIn(client: Client, given: Record<string, string | string[]>): Promise<URL> {
  const { username } = await stage.account();
  const query = { response_type: 'code', client_id: client.id, redirect_uri: CALLBACK, ...given };
  return stage.browser().signIn(`/oauth2/authorize?${pairs(query)}`, username);
}

async function token(client: Client, given: Record<string, string | string[]>): Promise<Answer> {
  const answer = await fetch(`${stage.base}/oauth2/token`, {
    method: 'POST',
    body: pairs(given),
    headers: basic(client),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] };
}

const forCode = async (client: Client, asked: Record<string, string | string[]>, more = {}) =>
  token(client, {
    grant_type: 'authorization_code',
    code: (await signIn(client, asked)).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    ...more,
  });

/** For whom a token is, and for what. */
function said({ status, body }: Answer): unknown[] {
  if (status !== 200) return [status, body['error']];
  const { aud, scope } = claimsOf(body['access_token']);
  assert.equal(body['scope'] ?? '', scope, 'the answer says what the token does');
  return [aud, scope];
}

test('OID-136 a token for a resource has its address as audience, and its scopes alone', async () => {
  const client = await shop();
  const all = `openid email ${own.join(' ')}`;
  const answer = await forCode(client, { scope: all, resource: ORDERS });
  assert.deepEqual(said(answer), [ORDERS, `${ORDERS}/read ${ORDERS}/write`]);
  assert.ok(answer.body['id_token']);
  const next = await token(client, {
    grant_type: 'refresh_token',
    refresh_token: String(answer.body['refresh_token']),
  });
  assert.deepEqual(said(next), [ORDERS, `${ORDERS}/read ${ORDERS}/write`]);
  const narrowed = await token(client, {
    grant_type: 'refresh_token',
    refresh_token: String(next.body['refresh_token']),
    scope: `${ORDERS}/read`,
  });
  assert.deepEqual(said(narrowed), [ORDERS, `${ORDERS}/read`]);
});

test('OID-136 without one a token is for the pool, as before', async () => {
  const client = await shop();
  assert.deepEqual(said(await forCode(client, { scope: `openid ${ORDERS}/read` })), [
    stage.pool.issuer,
    `openid ${ORDERS}/read`,
  ]);
});

test('OID-137 whoever names a resource and no scope gets what the client may do there', async () => {
  const answer = await forCode(await shop(), { resource: ORDERS });
  assert.deepEqual(said(answer), [ORDERS, `${ORDERS}/read ${ORDERS}/write`]);
  const both = await forCode(await shop(), { resource: [ORDERS, MAIL] }, { resource: MAIL });
  assert.deepEqual(said(both), [MAIL, `${MAIL}/send`]);
});

test('OID-138 several resources may be named at the sign-in, and each token is for one of them', async () => {
  const client = await shop();
  const asked = { scope: `openid ${own.join(' ')}`, resource: [ORDERS, MAIL] };
  const answer = await forCode(client, asked, { resource: MAIL });
  assert.deepEqual(said(answer), [MAIL, `${MAIL}/send`]);
  const again = (resource: string | string[]) =>
    token(client, {
      grant_type: 'refresh_token',
      refresh_token: String(answer.body['refresh_token']),
      resource,
    });
  assert.deepEqual(said(await again(ORDERS)), [ORDERS, `${ORDERS}/read ${ORDERS}/write`]);
  assert.deepEqual(said(await again([ORDERS, MAIL])), [400, 'invalid_target']);
  assert.deepEqual(said(await forCode(client, asked)), [400, 'invalid_target'], 'which one is not said');
});

test('OID-139 ATK-18 a token request cannot reach further than the sign-in did', async () => {
  const client = await shop();
  const asked = { scope: `openid ${own.join(' ')}`, resource: ORDERS };
  assert.deepEqual(said(await forCode(client, asked, { resource: MAIL })), [400, 'invalid_target']);
  const answer = await forCode(client, { ...asked, scope: `openid ${ORDERS}/read` });
  const refresh = { grant_type: 'refresh_token', refresh_token: String(answer.body['refresh_token']) };
  assert.deepEqual(said(await token(client, { ...refresh, resource: MAIL })), [400, 'invalid_target']);
  assert.deepEqual(said(await token(client, { ...refresh, resource: stage.pool.issuer })), [
    400,
    'invalid_target',
  ]);
  assert.deepEqual(said(await token(client, { ...refresh, scope: `${ORDERS}/write` })), [
    400,
    'invalid_scope',
  ]);
  const plain = await forCode(client, { scope: `openid ${ORDERS}/read` });
  const widened = { grant_type: 'refresh_token', refresh_token: String(plain.body['refresh_token']) };
  assert.deepEqual(said(await token(client, { ...widened, resource: ORDERS })), [400, 'invalid_target']);
});

test('OID-140 a client alone gets a token for one resource, and no more of it than it has', async () => {
  const client = await robot();
  const ask = (given: Record<string, string | string[]>) =>
    token(client, { grant_type: 'client_credentials', ...given });
  assert.deepEqual(said(await ask({ resource: MAIL })), [MAIL, `${MAIL}/send`]);
  assert.deepEqual(said(await ask({ resource: ORDERS, scope: `${ORDERS}/read` })), [
    ORDERS,
    `${ORDERS}/read`,
  ]);
  assert.deepEqual(said(await ask({ resource: ORDERS, scope: `${MAIL}/send` })), [400, 'invalid_scope']);
  assert.deepEqual(said(await ask({ resource: [ORDERS, MAIL] })), [400, 'invalid_target']);
  const reader = await stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [`${ORDERS}/read`], CallbackURLs: [] },
    SECRET,
  );
  const less = await token(reader, { grant_type: 'client_credentials', resource: ORDERS });
  assert.deepEqual(said(less), [ORDERS, `${ORDERS}/read`]);
});

test('OID-141 what is no resource of the client is an invalid target, everywhere', async () => {
  const client = await shop();
  const machine = await robot();
  const bad = [
    'https://nobody.test/',
    OTHER,
    'orders',
    '/orders',
    'plain-name',
    `${ORDERS}#part`,
    `${ORDERS}/`,
    `${ORDERS}/read`,
    'https://',
    `https://${'x'.repeat(2000)}.test/`,
  ];
  for (const resource of bad) {
    const query = { scope: 'openid', resource };
    const { location } = await stage.browser().visit(authorizePath(client, query));
    assert.equal(new URL(location).searchParams.get('error'), 'invalid_target', resource);
    const pushed = await post(
      stage,
      '/oauth2/par',
      { client_id: client.id, response_type: 'code', redirect_uri: CALLBACK, ...query },
      basic(client),
    );
    assert.deepEqual([pushed.status, pushed.body['error']], [400, 'invalid_target'], resource);
    const own = await token(machine, { grant_type: 'client_credentials', resource });
    assert.deepEqual(said(own), [400, 'invalid_target'], resource);
  }
});

test('OID-142 hosts are compared as hosts, and the audience is as the operator wrote it', async () => {
  const client = await robot();
  for (const resource of ['https://MAIL.test', 'https://mail.test/'])
    assert.deepEqual(said(await token(client, { grant_type: 'client_credentials', resource })), [
      MAIL,
      `${MAIL}/send`,
    ]);
});

test('OID-143 a token for a resource is refused at user info and by the API, its refresh token there too', async () => {
  const client = await shop();
  const admin = 'aws.cognito.signin.user.admin';
  const { body } = await forCode(client, { scope: `openid ${admin} ${ORDERS}/read`, resource: ORDERS });
  const access = String(body['access_token']);
  assert.equal((await userInfo(stage, access)).status, 401);
  await assert.rejects(verifyAccessToken(stage.pool, access), { reason: 'access-token-invalid' });
  await assert.rejects(redeemRefreshToken(stage.pool, client, String(body['refresh_token'])), {
    reason: 'refresh-token-invalid',
  });
});

test('OID-144 the issuer is a resource too: user info and self-service beside another', async () => {
  const client = await shop();
  const { issuer } = stage.pool;
  const asked = { scope: `openid email ${ORDERS}/read`, resource: [ORDERS, issuer] };
  const answer = await forCode(client, asked, { resource: issuer });
  assert.deepEqual(said(answer), [issuer, 'openid email']);
  const told = await userInfo(stage, String(answer.body['access_token']));
  assert.equal(told.status, 200);
  assert.equal(((await told.json()) as Record<string, unknown>)['email'], 'mina@acme.test');
});

test('OID-136 a resource that is gone gives no tokens any more', async () => {
  const client = await shop();
  const { body } = await forCode(client, { resource: MAIL });
  const servers = stage.pool.resourceServers;
  stage.pool.resourceServers = servers.filter(({ identifier }) => identifier !== MAIL);
  try {
    const next = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
    assert.deepEqual(said(await token(client, next)), [400, 'invalid_target']);
  } finally {
    stage.pool.resourceServers = servers;
  }
});
