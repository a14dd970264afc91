import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CryptoKey, exportSPKI, importJWK, UnsecuredJWT } from 'jose';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import { CLIENT_SECRET, sealedFor } from '../../configuration/find-client.ts';
import type { Client } from '../../pool.ts';
import { mockTime } from '../testing/mock-time.ts';
import { type ApplicationKey, asserting, newKey, prove } from '../testing/proofs.ts';
import { basic, post } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const tags = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par dpop jwt-client-auth' };

let stage: Stage;
let key: ApplicationKey;
before(async () => {
  stage = await openStage({ tags });
  key = await newKey('ES256', 'first');
});
after(() => stage.close());

/** Gets tokens for itself by its key. */
const keyed = (more: OpenIdClientSettings = {}, by = key): Promise<Client> =>
  stage.client({
    AllowedOAuthFlows: ['client_credentials', 'code'],
    OpenId: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [by.jwk] }, ...more },
  });

const tokenAddress = () => `${stage.base}/oauth2/token`;
const bySecret = (secret = SECRET, alg = 'HS256') => ({
  alg,
  privateKey: Buffer.from(secret),
  jwk: {} as never,
});

/** What a client is answered that proves itself by this. */
async function ask(given: Record<string, string>, more: Record<string, string> = {}, headers = {}) {
  const { status, body } = await post(
    stage,
    '/oauth2/token',
    { grant_type: 'client_credentials', ...given, ...more },
    headers,
  );
  return status === 200 ? 'tokens' : String(body['error']);
}

const asserted = (client: Client, changes: Parameters<typeof asserting>[3] = {}, by = key) =>
  asserting(by, client.id, tokenAddress(), changes);

test('OID-124 a client proves itself by its key or its secret, wherever clients do', async () => {
  const client = await keyed();
  assert.equal(await ask(await asserted(client)), 'tokens');
  const shared = await stage.client(
    {
      AllowedOAuthFlows: ['client_credentials'],
      OpenId: { token_endpoint_auth_method: 'client_secret_jwt' },
    },
    SECRET,
  );
  assert.equal(await ask(await asserting(bySecret(), shared.id, tokenAddress())), 'tokens');
  const request = { client_id: client.id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
  const pushed = await post(stage, '/oauth2/par', {
    ...request,
    ...(await asserting(key, client.id, `${stage.base}/oauth2/par`)),
  });
  assert.equal(pushed.status, 201, JSON.stringify(pushed.body));
  const revoked = await post(stage, '/oauth2/revoke', { token: 'x', ...(await asserted(client)) });
  assert.equal(revoked.status, 200);
  for (const alg of ['RS256', 'PS256', 'EdDSA']) {
    const other = await newKey(alg);
    const theirs = await keyed({}, other);
    assert.equal(await ask(await asserted(theirs, {}, other)), 'tokens', alg);
  }
});

test('OID-124 while a client changes its secret, either signs', async () => {
  const client = await stage.client(
    {
      AllowedOAuthFlows: ['client_credentials'],
      OpenId: { token_endpoint_auth_method: 'client_secret_jwt' },
    },
    SECRET,
  );
  const other = `${SECRET}, the other one`;
  const sealed = stage.pool.vault.seal(CLIENT_SECRET, sealedFor(stage.pool.id, client.id), other);
  await stage.pool.directory.update('client', client.id, (record) => ({
    ...record,
    secrets: ['first', 'second'].map((id) => ({ id, sealed, createdAt: Date.now() })),
  }));
  for (const secret of [SECRET, other])
    assert.equal(await ask(await asserting(bySecret(secret), client.id, tokenAddress())), 'tokens');
  const wrong = await asserting(bySecret(`${SECRET}?`), client.id, tokenAddress());
  assert.equal(await ask(wrong), 'invalid_client');
});

test('OID-125 ATK-16 an assertion is good once, of fifty callers for one', async () => {
  const client = await keyed();
  const once = await asserted(client);
  const told = await Promise.all(Array.from({ length: 50 }, () => ask(once)));
  assert.equal(told.filter((answer) => answer === 'tokens').length, 1);
  assert.equal(told.filter((answer) => answer === 'invalid_client').length, 49);
  const pushed = await post(stage, '/oauth2/par', { client_id: client.id, ...once });
  assert.equal(pushed.body['error'], 'invalid_client', 'at another endpoint neither');
  const neighbour = await keyed();
  const same = { claims: { jti: 'the same' } };
  assert.equal(await ask(await asserted(client, same)), 'tokens');
  assert.equal(await ask(await asserted(neighbour, same)), 'tokens', 'an id is one of a client');
});

test('OID-116 OID-125 ATK-16 a proof and an assertion of one id come together once, and each is refused by its own name', async () => {
  const client = await keyed();
  const jti = { claims: { jti: 'one' } };
  const proof = () => prove(key, 'POST', tokenAddress(), jti);
  const once = await asserted(client, jti);
  const first = await proof();
  assert.equal(await ask(once, {}, { DPoP: first }), 'tokens');
  assert.equal(await ask(once, {}, { DPoP: await prove(key, 'POST', tokenAddress()) }), 'invalid_client');
  assert.equal(await ask(await asserted(client), {}, { DPoP: first }), 'invalid_dpop_proof');
});

test('OID-126 an assertion is for this server, and for no other besides', async () => {
  const client = await keyed();
  const to = async (aud: unknown) => ask(await asserted(client, { claims: { aud } }));
  for (const aud of [
    stage.pool.issuer,
    tokenAddress(),
    [stage.pool.issuer, tokenAddress()],
    [tokenAddress()],
  ])
    assert.equal(await to(aud), 'tokens', String(aud));
  const elsewhere = ['https://other.test/', stage.base, `${tokenAddress()}/`, '', undefined, [], 7, null];
  for (const aud of [...elsewhere, [stage.pool.issuer, 'https://other.test/']])
    assert.equal(await to(aud), 'invalid_client', String(aud));
});

test('OID-127 an assertion lives for an hour at most, and has begun', async () => {
  const client = await keyed();
  const now = Math.floor(Date.now() / 1000);
  const answers = async (claims: Record<string, unknown>) => ask(await asserted(client, { claims }));
  assert.equal(await answers({ exp: now + 3600 }), 'tokens');
  assert.equal(await answers({ exp: now - 5, iat: now - 60 }), 'tokens', 'clocks differ a little');
  assert.equal(await answers({ nbf: now + 5 }), 'tokens');
  const year = 365 * 86_400;
  for (const exp of [now + 3700, now + year, 1e300, now - 60, 0, -1, undefined, String(now + 60), null])
    assert.equal(await answers({ exp }), 'invalid_client', String(exp));
  for (const claims of [{ nbf: now + 600 }, { nbf: 'x' }, { iat: 'x' }])
    assert.equal(await answers(claims), 'invalid_client', JSON.stringify(claims));
});

test('OID-128 ATK-15 what the client did not sign, or signed otherwise, proves nothing', async () => {
  const client = await keyed();
  const stranger = await newKey('ES256', 'first');
  const shown = await exportSPKI((await importJWK(key.jwk, 'ES256')) as CryptoKey);
  const unsigned = new UnsecuredJWT({ iss: client.id, sub: client.id, aud: tokenAddress(), jti: 'u' });
  const type = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
  const bad: Record<string, Record<string, string>> = {
    'another key of the same name': await asserted(client, {}, stranger),
    'a key that is not known': await asserted(client, { header: { kid: 'second' } }),
    'the public key as a secret': await asserting({ ...bySecret(shown) }, client.id, tokenAddress()),
    'no signature': { ...type, client_assertion: unsigned.setExpirationTime('1m').encode() },
    'no id': await asserted(client, { claims: { jti: undefined } }),
    'an id that is a number': await asserted(client, { claims: { jti: 7 } }),
    'another issuer': await asserted(client, { claims: { iss: 'another' } }),
    'no issuer': await asserted(client, { claims: { iss: undefined } }),
    'another client': await asserted(client, { claims: { sub: (await keyed({}, stranger)).id } }),
    nobody: await asserted(client, { claims: { sub: 'nobody' } }),
  };
  for (const [what, given] of Object.entries(bad)) assert.equal(await ask(given), 'invalid_client', what);
  const unnamed = await asserted(client, { header: { kid: undefined } });
  assert.equal(await ask(unnamed), 'tokens', 'a key needs no name where there is one that fits');
  const only = await keyed({ token_endpoint_auth_signing_alg: 'PS256' });
  assert.equal(await ask(await asserted(only)), 'invalid_client', 'another algorithm than registered');
});

test('OID-128 one way of proving at a time, and the one that is registered', async () => {
  const client = await keyed();
  const good = () => asserted(client);
  assert.equal(await ask(await good(), { client_secret: 'x' }), 'invalid_request');
  assert.equal(await ask(await good(), {}, basic({ id: client.id, secret: 'x' })), 'invalid_request');
  assert.equal(await ask(await good(), { client_id: 'another' }), 'invalid_request');
  const { client_assertion = '' } = await good();
  assert.equal(await ask({ client_assertion }), 'invalid_request', 'a parameter is missing');
  assert.equal(await ask({ ...(await good()), client_assertion_type: 'urn:other' }), 'invalid_client');
  for (const odd of ['x', 'a.b.c', '..', `${client_assertion}.`])
    assert.equal(await ask({ ...(await good()), client_assertion: odd }), 'invalid_client', odd);
  assert.equal(await ask({ client_id: client.id }), 'invalid_client', 'its name alone');
  const plain = await stage.client({ AllowedOAuthFlows: ['client_credentials'] }, SECRET);
  assert.equal(await ask(await asserting(bySecret(), plain.id, tokenAddress())), 'invalid_client');
  const twice = new URLSearchParams({ grant_type: 'client_credentials', ...(await good()) });
  twice.append('client_assertion', 'x');
  const answer = await fetch(tokenAddress(), { method: 'POST', body: twice });
  assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request');
});

test('OID-129 nothing of an assertion is in the log or in the answer', async () => {
  const client = await keyed();
  const given = await asserted(client, { claims: { aud: 'https://other.test/' } });
  const { body } = await post(stage, '/oauth2/token', { grant_type: 'client_credentials', ...given });
  assert.equal(body['error_description'], 'client authentication failed');
  const [, , signature = ''] = given['client_assertion']?.split('.') ?? [];
  assert.ok(signature);
  assert.doesNotMatch(stage.logged.join('\n'), new RegExp(signature));
});

describe('time', () => {
  const pass = mockTime();

  test('OID-125 ATK-16 an assertion is remembered until nobody could show it any more', async () => {
    const client = await keyed();
    const once = await asserted(client, { claims: { exp: Math.floor(Date.now() / 1000) + 3600 } });
    assert.equal(await ask(once), 'tokens');
    pass(3600_000 + 10_000);
    assert.equal(await ask(once), 'invalid_client', 'in the seconds that clocks may differ');
  });
});
