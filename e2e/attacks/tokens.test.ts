import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { test } from 'node:test';
import { callbackOf, openSignIn, PASSWORD, type TokenAnswer } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { atOnce, startTwoProcesses } from './two-processes.ts';

const email = 'mia@example.com';
const ROTATING = 'storyrotatingclient0000001';
const pool = storyPool({ users: [{ username: email, password: PASSWORD, attributes: { email } }] });
for (const entry of pool.pools) {
  const clients: { id: string; settings: object }[] = entry.clients;
  const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 };
  const like = clients.find(({ id }) => id === STORY.publicClient);
  clients.push({
    id: ROTATING,
    settings: { ...like?.settings, ClientName: 'Rotating', RefreshTokenRotation },
  });
}
const service = await startTwoProcesses(pool);
const { hosted, send } = service;

async function post(path: string, fields: Record<string, string>, basic?: string): Promise<TokenAnswer> {
  const headers: Record<string, string> = basic
    ? { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }
    : {};
  const answer = await send(`${hosted}/oauth2/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers,
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : {} };
}

async function codeFor(client_id: string): Promise<string> {
  const session = service.browse();
  const page = await session.submit(await openSignIn(session, hosted, { client_id }), {
    username: email,
    password: PASSWORD,
  });
  return callbackOf(await session.follow(page, hosted)).get('code') ?? '';
}

const redeem = (client_id: string, code: string) =>
  post('token', { grant_type: 'authorization_code', client_id, code, redirect_uri: STORY.callback });
const refresh = (client_id: string, token = '') =>
  post('token', { grant_type: 'refresh_token', client_id, refresh_token: token });
const userInfo = async (token = '') =>
  (await send(`${hosted}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })).status;
const successes = (answers: TokenAnswer[]) => answers.filter(({ status }) => status === 200);

test('ATK-12 one code, fifty redemptions at two processes at the same moment: one wins at most, and what it won is void', async () => {
  for (let round = 0; round < 3; round++) {
    const code = await codeFor(STORY.publicClient);
    const answers = await atOnce(50, () => redeem(STORY.publicClient, code));
    const won = successes(answers);
    assert.ok(won.length <= 1, `${won.length} won`);
    for (const answer of answers)
      if (answer.status !== 200) assert.deepEqual(answer, { status: 400, body: { error: 'invalid_grant' } });
    for (const { body } of won) {
      assert.equal((await refresh(STORY.publicClient, body['refresh_token'])).status, 400);
      assert.equal(await userInfo(body['access_token']), 401);
    }
  }
});

test('ATK-11 a stolen code that other clients try while its own redeems it is the own client’s, and stays good', async () => {
  const code = await codeFor(STORY.publicClient);
  const [own, ...thieves] = await Promise.all([
    redeem(STORY.publicClient, code),
    ...Array.from({ length: 10 }, () => redeem(ROTATING, code)),
    ...Array.from({ length: 10 }, () =>
      post(
        'token',
        { grant_type: 'authorization_code', code, redirect_uri: STORY.callback },
        `${STORY.webClient}:${STORY.webSecret}`,
      ),
    ),
  ]);
  assert.deepEqual(successes(thieves), []);
  assert.equal(own.status, 200);
  assert.equal(await userInfo(own.body['access_token']), 200);
  assert.deepEqual(successes(await atOnce(10, () => refresh(ROTATING, own.body['refresh_token']))), []);
  assert.equal((await refresh(STORY.publicClient, own.body['refresh_token'])).status, 200);
});

test('ATK-13 a token that rotates, fifty refreshes at two processes at the same moment: one wins at most, and all ends', async () => {
  const { body } = await redeem(ROTATING, await codeFor(ROTATING));
  const won = successes(await atOnce(50, () => refresh(ROTATING, body['refresh_token'])));
  assert.ok(won.length <= 1, `${won.length} won`);
  for (const token of [body['refresh_token'], ...won.map((answer) => answer.body['refresh_token'])])
    assert.deepEqual(await refresh(ROTATING, token), { status: 400, body: { error: 'invalid_grant' } });
  for (const token of [body['access_token'], ...won.map((answer) => answer.body['access_token'])])
    assert.equal(await userInfo(token), 401);
});

test('ATK-13 ATK-14 a refresh that races its own revocation leaves no token behind', async () => {
  for (let round = 0; round < 10; round++) {
    const { body } = await redeem(ROTATING, await codeFor(ROTATING));
    const token = body['refresh_token'] ?? '';
    const [refreshed, revoked] = await Promise.all([
      refresh(ROTATING, token),
      post('revoke', { client_id: ROTATING, token }),
    ]);
    assert.equal(revoked.status, 200);
    const all = [body, ...(refreshed.status === 200 ? [refreshed.body] : [])];
    for (const one of all) {
      assert.equal((await refresh(ROTATING, one['refresh_token'])).status, 400);
      assert.equal(await userInfo(one['access_token']), 401);
    }
  }
});

test('ATK-15 a token is believed for the signature of the pool and for nothing that it says of itself', async () => {
  const { body } = await redeem(STORY.publicClient, await codeFor(STORY.publicClient));
  const [head = '', payload = '', signature = ''] = (body['access_token'] ?? '').split('.');
  assert.equal(await userInfo(body['access_token']), 200);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const keys = (await (await send(`${service.url}/${STORY.poolId}/.well-known/jwks.json`)).json()) as {
    keys: (JsonWebKey & { kid: string })[];
  };
  const jwk = keys.keys.find((key) => key.kid === kid);
  assert.ok(jwk);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const secrets = [
    key.export({ type: 'spki', format: 'pem' }),
    key.export({ type: 'pkcs1', format: 'pem' }),
    key.export({ type: 'spki', format: 'der' }),
    String(jwk.n),
    JSON.stringify(jwk),
  ];
  const hmac = (input: string, secret: string | Buffer) =>
    `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = [
    ...['none', 'None', 'NONE', ''].flatMap((alg) => [
      `${encode({ kid, alg })}.${payload}.`,
      `${encode({ kid, alg })}.${payload}.${signature}`,
    ]),
    ...secrets.map((secret) => hmac(`${encode({ kid, alg: 'HS256' })}.${payload}`, secret)),
    ...['RS384', 'RS512', 'PS256', 'ES256'].map((alg) => `${encode({ kid, alg })}.${payload}.${signature}`),
    `${encode({ kid, alg: 'RS256', jwk })}.${payload}.${signature}`,
    `${encode({ kid: '../../dev/null', alg: 'HS256' })}.${payload}.${hmac('', '')}`,
    `${head}.${encode({ ...claims, scope: `${claims.scope} admin` })}.${signature}`,
    `${head}.${encode({ ...claims, exp: claims.exp + 3600 })}.${signature}`,
    `${head}..${signature}`,
    body['id_token'] ?? '',
  ];
  for (const token of forged) assert.equal(await userInfo(token), 401, token.slice(0, 80));
});
