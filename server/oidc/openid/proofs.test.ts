import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Client } from '../../pool.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { verifyAccessToken } from '../../tokens/verify-access-token.ts';
import { mockTime } from '../testing/mock-time.ts';
import { type ApplicationKey, newKey, prove } from '../testing/proofs.ts';
import { type Answer, basic, claimsOf, codeFor, post, redeem, refresh } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const tags = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par dpop' };
const VERIFIER = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};
const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
type Parameters = Record<string, string | undefined>;

let stage: Stage;
let key: ApplicationKey;
before(async () => {
  stage = await openStage({ tags });
  key = await newKey();
});
after(() => stage.close());

const tokenAddress = () => `${stage.base}/oauth2/token`;

/** At the token endpoint, with this header or with a good proof by this key. */
async function ask(
  client: Client,
  given: Parameters,
  by: ApplicationKey | string | undefined,
): Promise<Answer> {
  const DPoP = typeof by === 'object' ? await prove(by, 'POST', tokenAddress()) : by;
  const own = client.secret === undefined ? {} : basic(client);
  return post(
    stage,
    '/oauth2/token',
    { ...(client.secret === undefined && { client_id: client.id }), ...given },
    { ...own, ...(DPoP !== undefined && { DPoP }) },
  );
}

const forCode = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK });
const forRefresh = (token: unknown) => ({ grant_type: 'refresh_token', refresh_token: String(token) });

const machine = (OpenId = {}) =>
  stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [], CallbackURLs: [], OpenId },
    SECRET,
  );
const forItself = { grant_type: 'client_credentials' };

/** Tokens of a person, bound to the key. */
async function bound(client: Client, by = key): Promise<Record<string, unknown>> {
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid email', ...VERIFIER });
  const { status, body } = await ask(client, { ...forCode(code), code_verifier }, by);
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
  const next = await ask(client, forRefresh(first['refresh_token']), other);
  assert.equal(next.status, 200, JSON.stringify(next.body));
  assert.deepEqual(claimsOf(next.body['access_token'])['cnf'], { jkt: other.thumbprint });
  const own = await ask(await machine(), forItself, key);
  assert.equal(own.body['token_type'], 'DPoP');
  assert.deepEqual(claimsOf(own.body['access_token'])['cnf'], { jkt: key.thumbprint });
});

test('OID-113 without a proof a token is for whoever bears it', async () => {
  const { body } = await ask(await machine(), forItself, undefined);
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
    [401, { proof: await prove(key, 'GET', tokenAddress(), { accessToken: String(token) }) }],
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

test('OID-115 ATK-15 a proof that is not one is refused', async () => {
  const client = await machine();
  const htu = tokenAddress();
  const now = Math.floor(Date.now() / 1000);
  const { kid: _, ...jwk } = key.jwk;
  const claims = { jti: 'j', htm: 'POST', htu, iat: now };
  const hmac = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk });
  const stranger = await newKey();
  const changed = (name: string, value: unknown) => prove(key, 'POST', htu, { claims: { [name]: value } });
  const bad: Record<string, string> = {
    'another method': await prove(key, 'GET', htu),
    'another address': await prove(key, 'POST', `${stage.base}/oauth2/userInfo`),
    'another host': await prove(key, 'POST', htu.replace('localhost', 'evil.test')),
    'another scheme': await prove(key, 'POST', htu.replace('http:', 'https:')),
    'no address': await changed('htu', undefined),
    'an address that is a list': await changed('htu', [htu]),
    'no id': await changed('jti', undefined),
    'an empty id': await changed('jti', ''),
    'an id that is a number': await changed('jti', 7),
    'no time': await changed('iat', undefined),
    'time as text': await changed('iat', String(now)),
    'another type': await prove(key, 'POST', htu, { header: { typ: 'jwt' } }),
    'no key': await prove(key, 'POST', htu, { header: { jwk: undefined } }),
    'another key': await prove(key, 'POST', htu, { header: { jwk: stranger.jwk } }),
    'a private key': await prove(key, 'POST', htu, { header: { jwk: { ...jwk, d: 'AAAA' } } }),
    'a shared key': await hmac.sign(Buffer.from(JSON.stringify(jwk))),
    'no signature': new UnsecuredJWT(claims).encode(),
    'no signature, with its type': `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk })).toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
    'two proofs': `${await prove(key, 'POST', htu)}, ${await prove(key, 'POST', htu)}`,
    nonsense: 'nonsense',
    'much nonsense': 'x'.repeat(8000),
  };
  for (const [what, proof] of Object.entries(bad)) {
    const { status, body } = await ask(client, forItself, proof);
    assert.deepEqual([status, body['error']], [400, 'invalid_dpop_proof'], what);
  }
  const query = await prove(key, 'POST', `${htu}?a=b#c`);
  assert.equal((await ask(client, forItself, query)).status, 200, 'query and fragment do not count');
});

test('OID-116 a proof is good once, of fifty callers for one', async () => {
  const client = await machine();
  const proof = await prove(key, 'POST', tokenAddress());
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(client, forItself, proof)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status, body }) => status === 200 || body['error'] === 'invalid_grant'));
});

test('OID-117 a sign-in that names a key is for its holder alone', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const stranger = await newKey();
  const signIn = () =>
    codeFor(stage.browser(), client, username, { scope: 'openid', dpop_jkt: key.thumbprint });
  assert.equal((await ask(client, forCode(await signIn()), undefined)).body['error'], 'invalid_grant');
  assert.equal((await ask(client, forCode(await signIn()), stranger)).body['error'], 'invalid_grant');
  assert.equal((await ask(client, forCode(await signIn()), key)).status, 200);
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
    assert.equal((await ask(client, forRefresh(token), by)).body['error'], 'invalid_grant');
  const { status, body } = await ask(client, forRefresh(token), key);
  assert.equal(status, 200);
  assert.equal(body['refresh_token'], token);
});

test('OID-119 a client that must have bound tokens is given no others', async () => {
  const OpenId = { dpop_bound_access_tokens: true };
  const client = await stage.client({ OpenId }, SECRET);
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid' });
  assert.equal((await ask(client, forCode(code), undefined)).body['error'], 'invalid_grant');
  const { body } = await ask(client, forCode(code), key);
  assert.equal(body['token_type'], 'DPoP');
  const { status, body: unproven } = await refresh(stage, client, body['refresh_token']);
  assert.deepEqual([status, unproven['error']], [400, 'invalid_grant']);
  assert.equal((await ask(await machine(OpenId), forItself, undefined)).body['error'], 'invalid_grant');
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
    invalid('refresh-token-invalid'),
    'of a client that must have bound tokens, though not bound itself',
  );
});

test('OID-121 a proof names the address of the pool as the world knows it', async () => {
  const behind = await openStage({ tags, base: 'https://auth.acme.test', mountPath: '' });
  try {
    const client = await behind.client(
      { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [], CallbackURLs: [] },
      SECRET,
    );
    const send = async (htu: string, headers = {}) => {
      const DPoP = await prove(key, 'POST', htu);
      return post(behind, '/oauth2/token', forItself, { ...basic(client), DPoP, ...headers });
    };
    assert.equal((await send('https://auth.acme.test/oauth2/token')).status, 200);
    assert.equal((await send(`${behind.origin}/oauth2/token`)).body['error'], 'invalid_dpop_proof');
    const forwarded = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' };
    const lured = await send('https://evil.test/oauth2/token', forwarded);
    assert.equal(lured.body['error'], 'invalid_dpop_proof');
  } finally {
    await behind.close();
  }
});

describe('time and nonces', () => {
  const pass = mockTime();
  const at = (seconds: number) => ({ claims: { iat: Math.floor(Date.now() / 1000) + seconds } });

  test('OID-122 a proof is five minutes old at most, and remembered for as long as it could be shown', async () => {
    const client = await machine();
    const old = await prove(key, 'POST', tokenAddress(), at(-301));
    assert.equal((await ask(client, forItself, old)).body['error'], 'use_dpop_nonce');
    const early = await prove(key, 'POST', tokenAddress(), at(299));
    assert.equal((await ask(client, forItself, early)).status, 200);
    pass(400_000);
    const again = await ask(client, forItself, early);
    assert.equal(again.body['error'], 'invalid_grant', 'made by a clock that is ahead, it is still young');
  });

  test('OID-123 a client whose clock is wrong goes on with a nonce of ours, and nobody makes one up', async () => {
    const client = await machine();
    const refused = await ask(client, forItself, await prove(key, 'POST', tokenAddress(), at(-9000)));
    assert.equal(refused.status, 400);
    const nonce = refused.headers.get('dpop-nonce') ?? '';
    assert.ok(nonce);
    const wrong = (nonce: string) => ({ claims: { ...at(-9000).claims, nonce } });
    const good = await prove(key, 'POST', tokenAddress(), wrong(nonce));
    assert.equal((await ask(client, forItself, good)).status, 200);
    assert.equal((await ask(client, forItself, good)).body['error'], 'invalid_grant');
    const made = await ask(client, forItself, await prove(key, 'POST', tokenAddress(), wrong('made-up')));
    assert.equal(made.body['error'], 'use_dpop_nonce');
    pass(600_000);
    const late = await ask(client, forItself, await prove(key, 'POST', tokenAddress(), wrong(nonce)));
    assert.equal(late.body['error'], 'use_dpop_nonce');
  });

  test('OID-123 a script may read the nonce', async () => {
    const client = await machine();
    const DPoP = await prove(key, 'POST', tokenAddress());
    const headers = { ...basic(client), DPoP, origin: 'https://app.test' };
    const answer = await post(stage, '/oauth2/token', forItself, headers);
    assert.ok(answer.headers.get('dpop-nonce'));
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /DPoP-Nonce/i);
  });
});
