/** What the document says of a pool with every feature, tried: its endpoints, and each algorithm that it names. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import { FEATURES } from '../../configuration/openid/features.ts';
import { openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { asserting, newKey, prove } from '../testing/proofs.ts';
import { basic, form, post } from '../testing/requests.ts';
import { CALLBACK, type Stage } from '../testing/stage.ts';

/** What signs for a client: its key, or its secret. */
type Signer = Parameters<typeof asserting>[0];

let stage: Stage;
let document: Record<string, unknown>;
before(async () => {
  stage = await openOpenIdStage({
    tags: { 'foyer:oauth-features': FEATURES.join(' ') },
    resourceServers: [{ identifier: 'orders', scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }] }],
  });
  const answer = await fetch(`${stage.origin}/${stage.pool.id}/.well-known/openid-configuration`);
  document = (await answer.json()) as typeof document;
});
after(() => stage.close());

const named = (member: string) => {
  const list = document[member] as string[] | undefined;
  assert.ok(list?.length, member);
  return list;
};

const client = (given: { OpenId?: OpenIdClientSettings } = {}, secret?: string) =>
  stage.client(
    {
      AllowedOAuthFlows: ['code', 'client_credentials'],
      AllowedOAuthScopes: ['openid', 'orders/read'],
      ...given,
    },
    secret,
  );

/** By its secret or a key of its own, as the algorithm has it. */
async function signerOf(
  alg: string,
  given: OpenIdClientSettings = {},
): Promise<{ id: string; signer: Signer }> {
  if (alg.startsWith('HS')) {
    const { id } = await client({ OpenId: given }, SECRET);
    return {
      id,
      signer: { alg, jwk: {} as Signer['jwk'], privateKey: new TextEncoder().encode(SECRET) },
    };
  }
  const signer = await newKey(alg);
  const method = given.token_endpoint_auth_method && 'private_key_jwt';
  const { id } = await client({
    OpenId: { jwks: { keys: [signer.jwk] }, ...(method && { token_endpoint_auth_method: method }) },
  });
  return { id, signer };
}

test('OID-1 OID-4 each endpoint that is named answers, and knows the method that it is for', async () => {
  const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
  assert.equal(endpoints.length, 9);
  for (const [name, url] of endpoints) {
    const method = name === 'jwks_uri' ? 'GET' : 'POST';
    const { status } = await fetch(String(url), { method, redirect: 'manual' });
    assert.ok(![404, 405, 500].includes(status), `${name} ${status}`);
  }
});

test('OID-4 OID-60 a request object is taken by each algorithm that is named', async () => {
  for (const alg of named('request_object_signing_alg_values_supported')) {
    const { id, signer } = await signerOf(alg);
    const claims = {
      client_id: id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid',
      // Needed by clients without a secret.
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    };
    const request = await new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setIssuer(id)
      .setAudience(stage.pool.issuer)
      .sign(signer.privateKey);
    const query = form({ client_id: id, request });
    assert.equal((await shownAt(stage.browser(), `/oauth2/authorize?${query}`))['page'], 'login', alg);
  }
});

test('OID-4 OID-124 a client proves itself by each algorithm that is named', async () => {
  const algs = named('token_endpoint_auth_signing_alg_values_supported');
  assert.deepEqual(named('revocation_endpoint_auth_signing_alg_values_supported'), algs);
  for (const alg of algs) {
    const { id, signer } = await signerOf(alg, { token_endpoint_auth_method: 'client_secret_jwt' });
    for (const [path, given] of [
      ['token', { grant_type: 'client_credentials' }],
      ['revoke', { token: 'x' }],
    ] as const) {
      const proof = await asserting(signer, id, stage.pool.issuer);
      assert.equal(
        (await post(stage, `/oauth2/${path}`, { ...given, ...proof })).status,
        200,
        `${path} ${alg}`,
      );
    }
  }
});

test('OID-4 OID-113 a token is bound by a proof in each algorithm that is named, and by no other', async () => {
  const machine = await client({}, SECRET);
  const ask = async (alg: string) => {
    const DPoP = await prove(await newKey(alg), 'POST', `${stage.base}/oauth2/token`);
    const given = { grant_type: 'client_credentials' };
    const { body } = await post(stage, '/oauth2/token', given, { ...basic(machine), DPoP });
    return body['token_type'] ?? body['error'];
  };
  for (const alg of named('dpop_signing_alg_values_supported')) assert.equal(await ask(alg), 'DPoP', alg);
  for (const alg of ['RS512', 'PS384', 'ES512']) assert.equal(await ask(alg), 'invalid_dpop_proof', alg);
});
