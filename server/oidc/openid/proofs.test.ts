import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { mockTime } from '../testing/mock-time.ts';
import { type ApplicationKey, newKey, prove } from '../testing/proofs.ts';
import { ask, forItself, machine, PROVING, SECRET, tokenAddress } from '../testing/proving.ts';
import { basic, post } from '../testing/requests.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
let key: ApplicationKey;
before(async () => {
  stage = await openStage({ tags: PROVING });
  key = await newKey();
});
after(() => stage.close());

test('OID-115 ATK-15 a proof that is not one is refused', async () => {
  const client = await machine(stage);
  const htu = tokenAddress(stage);
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
    const { status, body } = await ask(stage, client, forItself, proof);
    assert.deepEqual([status, body['error']], [400, 'invalid_dpop_proof'], what);
  }
  const query = await prove(key, 'POST', `${htu}?a=b#c`);
  assert.equal((await ask(stage, client, forItself, query)).status, 200, 'query and fragment do not count');
});

test('OID-116 a proof is good once, of fifty callers for one', async () => {
  const client = await machine(stage);
  const proof = await prove(key, 'POST', tokenAddress(stage));
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(stage, client, forItself, proof)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status, body }) => status === 200 || body['error'] === 'invalid_dpop_proof'));
});

test('OID-121 a proof names the address of the pool as the world knows it', async () => {
  const behind = await openStage({ tags: PROVING, base: 'https://auth.acme.test', mountPath: '' });
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
    const client = await machine(stage);
    const old = await prove(key, 'POST', tokenAddress(stage), at(-301));
    assert.equal((await ask(stage, client, forItself, old)).body['error'], 'use_dpop_nonce');
    const early = await prove(key, 'POST', tokenAddress(stage), at(299));
    assert.equal((await ask(stage, client, forItself, early)).status, 200);
    pass(400_000);
    const again = await ask(stage, client, forItself, early);
    assert.equal(
      again.body['error'],
      'invalid_dpop_proof',
      'made by a clock that is ahead, it is still young',
    );
  });

  test('OID-123 a client whose clock is wrong goes on with a nonce of ours, and nobody makes one up', async () => {
    const client = await machine(stage);
    const refused = await ask(
      stage,
      client,
      forItself,
      await prove(key, 'POST', tokenAddress(stage), at(-9000)),
    );
    assert.equal(refused.status, 400);
    const nonce = refused.headers.get('dpop-nonce') ?? '';
    assert.ok(nonce);
    const wrong = (nonce: string) => ({ claims: { ...at(-9000).claims, nonce } });
    const good = await prove(key, 'POST', tokenAddress(stage), wrong(nonce));
    assert.equal((await ask(stage, client, forItself, good)).status, 200);
    assert.equal((await ask(stage, client, forItself, good)).body['error'], 'invalid_dpop_proof');
    const made = await ask(
      stage,
      client,
      forItself,
      await prove(key, 'POST', tokenAddress(stage), wrong('made-up')),
    );
    assert.equal(made.body['error'], 'use_dpop_nonce');
    pass(600_000);
    const late = await ask(
      stage,
      client,
      forItself,
      await prove(key, 'POST', tokenAddress(stage), wrong(nonce)),
    );
    assert.equal(late.body['error'], 'use_dpop_nonce');
  });

  test('OID-123 a script may read the nonce', async () => {
    const client = await machine(stage);
    const DPoP = await prove(key, 'POST', tokenAddress(stage));
    const headers = { ...basic(client), DPoP, origin: 'https://app.test' };
    const answer = await post(stage, '/oauth2/token', forItself, headers);
    assert.ok(answer.headers.get('dpop-nonce'));
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /DPoP-Nonce/i);
  });
});
