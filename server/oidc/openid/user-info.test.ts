import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { openOpenIdStage, SECRET } from '../testing/openid.ts';
import { claimsOf, form, tokensFor, userInfo } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

async function tokens(scope = 'openid email', given: Parameters<Stage['client']>[0] = {}) {
  const client = await stage.client(given, SECRET);
  const { username, id } = await stage.account();
  return { client, id, ...(await tokensFor(stage, client, username, { scope })) } as {
    client: typeof client;
    id: string;
    access_token: string;
    id_token: string;
  };
}

const url = () => `${stage.base}/oauth2/userInfo`;

test('OID-50 a token is taken from the header of a GET or a POST, and from the body of a POST', async () => {
  const { access_token, id } = await tokens();
  const authorization = `Bearer ${access_token}`;
  for (const init of [
    { headers: { authorization } },
    { method: 'POST', headers: { authorization } },
    { method: 'POST', headers: { authorization: `bearer ${access_token}` } },
    { method: 'POST', body: form({ access_token }) },
  ]) {
    const answer = await fetch(url(), init);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
    assert.deepEqual(await answer.json(), { sub: id, email: 'mina@acme.test', email_verified: true });
  }
});

test('OID-51 without a good token the answer says why', async () => {
  const { access_token, id_token, client } = await tokens();
  const machine = await stage.client(
    { AllowedOAuthFlows: ['client_credentials'], CallbackURLs: [], AllowedOAuthScopes: [] },
    SECRET,
  );
  const own = await fetch(`${stage.base}/oauth2/token`, {
    method: 'POST',
    body: form({ grant_type: 'client_credentials', client_id: machine.id, client_secret: SECRET }),
  });
  const { access_token: machineToken } = (await own.json()) as { access_token: string };
  assert.ok(machineToken);
  const none = await fetch(url());
  assert.equal(none.status, 401);
  const challenge = none.headers.get('www-authenticate') ?? '';
  assert.match(challenge, /^Bearer realm="[^"]+"/);
  assert.doesNotMatch(challenge, /error/, 'nothing was wrong yet');
  const [head = '', payload = ''] = access_token.split('.');
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
  for (const token of [
    'x',
    id_token,
    machineToken,
    unsigned,
    `${head}.${payload}.AAAA`,
    `${access_token}x`,
  ]) {
    const answer = await userInfo(stage, token);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
    assert.equal(((await answer.json()) as { error: string }).error, 'invalid_token');
  }
  for (const init of [
    { headers: { authorization: `Basic ${access_token}` } },
    { headers: { authorization: access_token } },
    { method: 'POST', headers: { authorization: `Bearer ${access_token}` }, body: form({ access_token }) },
  ])
    assert.equal((await fetch(url(), init)).status, 400);
  const inAddress = await fetch(`${url()}?access_token=${access_token}`);
  assert.notEqual(inAddress.status, 200, 'addresses are kept in logs');
  assert.equal((await fetch(url(), { method: 'PUT' })).status, 405);
  await stage.pool.directory.remove('client', client.id);
  assert.equal((await userInfo(stage, access_token)).status, 401);
});

test('OID-3 OID-51 bound tokens are offered where the pool has them', async (t) => {
  const bound = await openOpenIdStage({ tags: { 'foyer:oauth-features': 'dpop' } });
  t.after(() => bound.close());
  const offered = async ({ base }: Stage) =>
    (await fetch(`${base}/oauth2/userInfo`)).headers.get('www-authenticate') ?? '';
  assert.match(await offered(bound), /^Bearer realm="[^"]+", DPoP realm="[^"]+", algs="[^"]+"$/);
  assert.match(await offered(stage), /^Bearer realm="[^"]+"$/);
});

test('OID-51 a token without openid has insufficient scope', async () => {
  const { access_token } = await tokens('aws.cognito.signin.user.admin', {
    AllowedOAuthScopes: ['openid', 'aws.cognito.signin.user.admin'],
  });
  const answer = await userInfo(stage, access_token);
  assert.equal(answer.status, 403);
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="openid"/);
});

test('OID-51 ATK-19 nothing is told of somebody who was disabled since', async () => {
  const { access_token, id } = await tokens();
  await stage.pool.accounts.update(id, (account) => ({ ...account, enabled: false }));
  assert.equal((await userInfo(stage, access_token)).status, 401);
});

test('OID-52 a client that wants user info signed gets it signed, for itself', async () => {
  const { access_token, id, client, id_token } = await tokens('openid email', {
    OpenId: { userinfo_signed_response_alg: 'RS256' },
  });
  const answer = await userInfo(stage, access_token);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/jwt/);
  const keys = createRemoteJWKSet(new URL(`${stage.pool.issuer}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(await answer.text(), keys, {
    issuer: stage.pool.issuer,
    audience: client.id,
    algorithms: ['RS256'],
  });
  assert.equal(payload.sub, id);
  assert.equal(payload['email'], 'mina@acme.test');
  assert.equal(payload['email_verified'], true);
  assert.equal(claimsOf(id_token)['email'], undefined);
});
