import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '../../../pool.ts';
import { type ApplicationKey, newKey, prove } from '../../testing/proofs.ts';
import { type Answer, basic, claimsOf, codeFor, post, tokensFor } from '../../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../../testing/stage.ts';

const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
const ID = 'urn:ietf:params:oauth:token-type:id_token';
const ORDERS = 'https://orders.test/';
const SCOPES = { scope: `openid ${ORDERS}/read` };

let stage: Stage;
let client: Client;
before(async () => {
  stage = await openStage({
    tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'token-exchange dpop' },
    resourceServers: [{ identifier: ORDERS, scopes: [{ ScopeName: 'read', ScopeDescription: 'See' }] }],
  });
  client = await stage.client(
    {
      AllowedOAuthScopes: ['openid', `${ORDERS}/read`],
      OpenId: { token_exchange_audiences: [ORDERS] },
    },
    'a-secret-of-the-tests',
  );
});
after(() => stage.close());

const proofOf = (key: ApplicationKey) => prove(key, 'POST', `${stage.base}/oauth2/token`);

function exchange(token: unknown, DPoP?: string, type = ACCESS): Promise<Answer> {
  return post(
    stage,
    '/oauth2/token',
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: String(token),
      subject_token_type: type,
      audience: ORDERS,
    },
    { ...basic(client), ...(DPoP && { DPoP }) },
  );
}

async function boundToken(key: ApplicationKey): Promise<unknown> {
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, SCOPES);
  const { body } = await post(
    stage,
    '/oauth2/token',
    { grant_type: 'authorization_code', code, redirect_uri: CALLBACK },
    { ...basic(client), DPoP: await proofOf(key) },
  );
  assert.equal(body['token_type'], 'DPoP', JSON.stringify(body));
  return body['access_token'];
}

test('OID-179 a token that is bound to a key is exchanged for whoever proves the key, and the new one is bound to it', async () => {
  const key = await newKey();
  const token = await boundToken(key);
  for (const proof of [undefined, await proofOf(await newKey())]) {
    const { status, body } = await exchange(token, proof);
    assert.deepEqual([status, body['error']], [400, 'invalid_request']);
  }
  const { status, body } = await exchange(token, await proofOf(key));
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body['token_type'], 'DPoP');
  assert.deepEqual(claimsOf(body['access_token'])['cnf'], { jkt: key.thumbprint });
});

test('OID-179 a proof is good for one exchange', async () => {
  const key = await newKey();
  const token = await boundToken(key);
  const proof = await proofOf(key);
  const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(token, proof)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const { status, body } of answers)
    if (status !== 200) assert.deepEqual([status, body['error']], [400, 'invalid_dpop_proof']);
});

test('OID-179 a proof binds a token that came of one for anybody', async () => {
  const { username } = await stage.account();
  const tokens = await tokensFor(stage, client, username, SCOPES);
  const key = await newKey();
  const { body } = await exchange(tokens['access_token'], await proofOf(key));
  assert.deepEqual(claimsOf(body['access_token'])['cnf'], { jkt: key.thumbprint });
});

test('OID-179 an ID token, which no key proves, buys nothing where tokens must be bound', async () => {
  const bound = await stage.client(
    {
      AllowedOAuthScopes: ['openid', `${ORDERS}/read`],
      OpenId: { token_exchange_audiences: [client.id], dpop_bound_access_tokens: true },
    },
    'another-secret-of-the-tests',
  );
  const free = await stage.client(
    {
      AllowedOAuthScopes: ['openid', `${ORDERS}/read`],
      OpenId: { token_exchange_audiences: [client.id] },
    },
    'another-secret-of-the-tests',
  );
  const told: unknown[] = [];
  for (const signedInTo of [bound, free]) {
    const { username } = await stage.account();
    const code = await codeFor(stage.browser(), signedInTo, username, SCOPES);
    const DPoP = await proofOf(await newKey());
    const given = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    const { body } = await post(stage, '/oauth2/token', given, { ...basic(signedInTo), DPoP });
    const { body: answer } = await exchange(body['id_token'], undefined, ID);
    told.push(answer['error'] ?? answer['token_type']);
  }
  assert.deepEqual(told, ['invalid_request', 'Bearer']);
});
