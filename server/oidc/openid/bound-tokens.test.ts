import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '../../pool.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { verifyAccessToken } from '../../tokens/verify-access-token.ts';
import { type ApplicationKey, newKey, prove } from '../testing/proofs.ts';
import {
  ask,
  forCode,
  forItself,
  forRefresh,
  machine,
  PROVING,
  SECRET,
  tokenAddress,
} from '../testing/proving.ts';
import { basic, claimsOf, codeFor, post, redeem, refresh } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const VERIFIER = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};
const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

let stage: Stage;
let key: ApplicationKey;
before(async () => {
  stage = await openStage({ tags: PROVING });
  key = await newKey();
});
after(() => stage.close());

/** Tokens of a person, bound to the key. */
async function bound(client: Client, by = key): Promise<Record<string, unknown>> {
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid email', ...VERIFIER });
  const { status, body } = await ask(stage, client, { ...forCode(code), code_verifier }, by);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

async function userInfo(
  token: unknown,
  { scheme = 'DPoP', proof }: { scheme?: string; proof?: string } = {},
) {
  const headers = { authorization: `${scheme} ${token}`, ...(proof !== undefined && { DPoP: proof }) };
  return fetch(`${stage.base}/oauth2/userInfo`, { headers });
}

test('OID-113 a code, a refresh token and a client buy tokens that are bound to the key', async () => {
  const client = await stage.client({}, SECRET);
  const first = await bound(client);
  assert.equal(first['token_type'], 'DPoP');
  assert.deepEqual(claimsOf(first['access_token'])['cnf'], { jkt: key.thumbprint });
  const other = await newKey('EdDSA');
  const next = await ask(stage, client, forRefresh(first['refresh_token']), other);
  assert.equal(next.status, 200, JSON.stringify(next.body));
  assert.deepEqual(claimsOf(next.body['access_token'])['cnf'], { jkt: other.thumbprint });
  const own = await ask(stage, await machine(stage), forItself, key);
  assert.equal(own.body['token_type'], 'DPoP');
  assert.deepEqual(claimsOf(own.body['access_token'])['cnf'], { jkt: key.thumbprint });
});

test('OID-113 without a proof a token is for whoever bears it', async () => {
  const { body } = await ask(stage, await machine(stage), forItself, undefined);
  assert.equal(body['token_type'], 'Bearer');
  assert.equal(claimsOf(body['access_token'])['cnf'], undefined);
});

test('OID-114 user info takes a bound token with a proof of its key for this token, and no other way', async () => {
  const { access_token: token } = await bound(await stage.client({}, SECRET));
  const at = `${stage.base}/oauth2/userInfo`;
  const proof = (by = key, changes = {}) => prove(by, 'GET', at, { accessToken: String(token), ...changes });
  const good = await userInfo(token, { proof: await proof() });
  assert.equal(good.status, 200, await good.text());
  const stranger = await newKey();
  const cases: [number, { scheme?: string; proof?: string }][] = [
    [401, { scheme: 'Bearer' }],
    [400, {}],
    [400, { scheme: 'Bearer', proof: await proof() }],
    [401, { proof: await proof(stranger) }],
    [401, { proof: await proof(key, { accessToken: 'another' }) }],
    [401, { proof: await proof(key, { accessToken: undefined }) }],
    [401, { proof: await prove(key, 'POST', at, { accessToken: String(token) }) }],
    [401, { proof: await prove(key, 'GET', tokenAddress(stage), { accessToken: String(token) }) }],
  ];
  for (const [status, shown] of cases) {
    const answer = await userInfo(token, shown);
    assert.equal(answer.status, status, JSON.stringify(shown));
    assert.match(answer.headers.get('www-authenticate') ?? '', /^(DPoP|Bearer) /);
  }
  const once = await proof();
  assert.equal((await userInfo(token, { proof: once })).status, 200);
  assert.equal((await userInfo(token, { proof: once })).status, 401, 'a proof is good once');
});

test('OID-117 a sign-in that names a key is for its holder alone', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const stranger = await newKey();
  const signIn = () =>
    codeFor(stage.browser(), client, username, { scope: 'openid', dpop_jkt: key.thumbprint });
  assert.equal((await ask(stage, client, forCode(await signIn()), undefined)).body['error'], 'invalid_grant');
  assert.equal((await ask(stage, client, forCode(await signIn()), stranger)).body['error'], 'invalid_grant');
  assert.equal((await ask(stage, client, forCode(await signIn()), key)).status, 200);
});

test('OID-117 a request that was pushed with a proof is bound to its key', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const at = `${stage.base}/oauth2/par`;
  const request = { client_id: client.id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
  const push = async (given = {}, by = key) =>
    post(
      stage,
      '/oauth2/par',
      { ...request, ...given },
      { ...basic(client), DPoP: await prove(by, 'POST', at) },
    );
  const { body } = await push();
  const query = new URLSearchParams({ client_id: client.id, request_uri: String(body['request_uri']) });
  const end = await stage.browser().signIn(`/oauth2/authorize?${query}`, username);
  const code = end.searchParams.get('code') ?? '';
  assert.equal((await redeem(stage, client, code)).body['error'], 'invalid_grant');
  const { status, body: refused } = await push({ dpop_jkt: (await newKey()).thumbprint });
  assert.deepEqual([status, refused['error']], [400, 'invalid_request']);
});

test('OID-118 a refresh token of a public client is bound, and then it need not be rotated', async () => {
  const client = await stage.client({});
  const { refresh_token: token } = await bound(client);
  const stranger = await newKey();
  for (const by of [undefined, stranger])
    assert.equal((await ask(stage, client, forRefresh(token), by)).body['error'], 'invalid_grant');
  const { status, body } = await ask(stage, client, forRefresh(token), key);
  assert.equal(status, 200);
  assert.equal(body['refresh_token'], token);
});

test('OID-119 a client that must have bound tokens is given no others', async () => {
  const OpenId = { dpop_bound_access_tokens: true };
  const client = await stage.client({ OpenId }, SECRET);
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid' });
  assert.equal((await ask(stage, client, forCode(code), undefined)).body['error'], 'invalid_grant');
  const { body } = await ask(stage, client, forCode(code), key);
  assert.equal(body['token_type'], 'DPoP');
  const { status, body: unproven } = await refresh(stage, client, body['refresh_token']);
  assert.deepEqual([status, unproven['error']], [400, 'invalid_grant']);
  assert.equal(
    (await ask(stage, await machine(stage, OpenId), forItself, undefined)).body['error'],
    'invalid_grant',
  );
  const implicit = { response_type: 'id_token token', scope: 'openid', nonce: 'n' };
  const query = new URLSearchParams({ client_id: client.id, redirect_uri: CALLBACK, ...implicit });
  const { location } = await stage.browser().visit(`/oauth2/authorize?${query}`);
  assert.match(location, /error=unauthorized_client|error=unsupported_response_type/);
});

test('OID-120 where nobody can prove a key, a bound token is refused, and so is its refresh token', async () => {
  const client = await stage.client({});
  const tokens = await bound(client);
  const invalid = (reason: string) => ({ reason });
  await assert.rejects(
    verifyAccessToken(stage.pool, String(tokens['access_token'])),
    invalid('access-token-invalid'),
  );
  const use = () => redeemRefreshToken(stage.pool, client, String(tokens['refresh_token']));
  await assert.rejects(use(), invalid('refresh-token-invalid'));
  const strict = await stage.client({ OpenId: { dpop_bound_access_tokens: true } }, SECRET);
  const { refresh_token: free } = await bound(strict);
  await assert.rejects(
    redeemRefreshToken(stage.pool, strict, String(free)),
    invalid('operation-not-enabled'),
    'of a client that must have bound tokens, though not bound itself',
  );
});
