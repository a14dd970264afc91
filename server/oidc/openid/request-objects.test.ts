import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Client } from '../../pool.ts';
import { answerAtOnce, answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { newKey } from '../testing/proofs.ts';
import { form, redeem } from '../testing/requests.ts';
import { CALLBACK, type Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

type Key = Parameters<SignJWT['sign']>[0];
const secretKey = new TextEncoder().encode(SECRET);
const now = () => Math.floor(Date.now() / 1000);

/** What a client puts into an object; `undefined` leaves a member out. */
const members = (client: Client, given: Record<string, unknown> = {}) => ({
  iss: client.id,
  aud: stage.pool.issuer,
  client_id: client.id,
  response_type: 'code',
  redirect_uri: CALLBACK,
  scope: 'openid',
  state: 'inside',
  iat: now(),
  exp: now() + 300,
  ...given,
});

const signed = (claims: object, alg: string, key: Key, header: object = {}) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg, ...header }).sign(key);

/** As OpenID Connect Core 6.1 has it: what OAuth demands stands beside the object too. */
const asking = (client: Client, request: string, beside: Record<string, string> = {}) =>
  `/oauth2/authorize?${form({ client_id: client.id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', ...beside, request })}`;

async function refusal(
  client: Client,
  request: string,
  beside?: Record<string, string>,
): Promise<string | undefined> {
  return (await answerAtOnce(stage.browser(), asking(client, request, beside)))['error'];
}

test('OID-60 an object signed by a key or the secret of the client is answered', async () => {
  const { username } = await stage.account();
  for (const alg of ['RS256', 'PS256', 'ES256', 'HS256']) {
    const { privateKey, jwk } = await newKey(alg === 'HS256' ? 'ES256' : alg);
    const client = await stage.client(
      alg === 'HS256'
        ? {}
        : {
            OpenId: { jwks: { keys: [jwk] }, request_object_signing_alg: 'RS256' === alg ? alg : undefined },
          },
      SECRET,
    );
    const request = await signed(
      members(client, { claims: { id_token: { email: null } }, nonce: 'n' }),
      alg,
      alg === 'HS256' ? secretKey : privateKey,
      { kid: alg === 'HS256' ? undefined : jwk.kid },
    );
    const end = await stage.browser().signIn(asking(client, request), username);
    assert.equal(answerOf(end)['state'], 'inside', alg);
    const { body } = await redeem(stage, client, answerOf(end)['code'] ?? '');
    const [, payload = ''] = String(body['id_token']).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    assert.equal(claims.email, 'mina@acme.test', alg);
    assert.equal(claims.nonce, 'n');
  }
});

test("OID-61 ATK-15 an object without a signature, or with another's, is refused", async () => {
  const mine = await newKey('RS256');
  const theirs = await newKey('RS256');
  const client = await stage.client({ OpenId: { jwks: { keys: [mine.jwk] } } }, SECRET);
  const other = await stage.client({ OpenId: { jwks: { keys: [theirs.jwk] } } }, SECRET);
  const claims = members(client);
  const good = await signed(claims, 'RS256', mine.privateKey);
  const [head = '', payload = ''] = good.split('.');
  const publicKey = new TextEncoder().encode(JSON.stringify(mine.jwk));
  for (const [what, request] of [
    ['unsigned', new UnsecuredJWT({ ...claims }).encode()],
    ['signature taken away', `${head}.${payload}.`],
    ["another client's key", await signed(claims, 'RS256', theirs.privateKey)],
    ["another client's whole object", await signed(members(other), 'RS256', theirs.privateKey)],
    ['the public key as a secret', await signed(claims, 'HS256', publicKey)],
    ['a wrong secret', await signed(claims, 'HS256', new TextEncoder().encode(`${SECRET}x`))],
    [
      'the client id as a secret',
      await signed(claims, 'HS256', new TextEncoder().encode(client.id.padEnd(32, ' '))),
    ],
    ['no JWT', 'x'],
    ['three dots', '...'],
    ['no JSON', 'e30.eA.x'],
  ] as const)
    assert.equal(await refusal(client, request), 'invalid_request_object', what);
});

test('OID-61 ATK-15 an algorithm that was registered is the only one', async () => {
  const { privateKey, jwk } = await newKey('RS256');
  const client = await stage.client(
    { OpenId: { jwks: { keys: [jwk] }, request_object_signing_alg: 'PS256' } },
    SECRET,
  );
  assert.equal(
    await refusal(client, await signed(members(client), 'RS256', privateKey)),
    'invalid_request_object',
  );
  assert.equal(
    await refusal(client, await signed(members(client), 'HS256', secretKey)),
    'invalid_request_object',
  );
  const none = new UnsecuredJWT({ ...members(client) }).encode();
  assert.equal(await refusal(client, none), 'invalid_request_object');
});

test('OID-61 a client may be bound to signed objects', async () => {
  const client = await stage.client({ OpenId: { require_signed_request_object: true } }, SECRET);
  const plain = asking(client, '').replace('&request=', '');
  assert.equal((await answerAtOnce(stage.browser(), plain))['error'], 'invalid_request');
  const shown = await shownAt(
    stage.browser(),
    asking(client, await signed(members(client), 'HS256', secretKey)),
  );
  assert.equal(shown['page'], 'login');
});

test('OID-62 an object is for this pool, from this client, and not for ever', async () => {
  const client = await stage.client({}, SECRET);
  const other = await stage.client({}, SECRET);
  for (const [what, given] of [
    ['of another issuer', { iss: other.id }],
    ['without an issuer', { iss: undefined }],
    ['for somebody else', { aud: 'https://elsewhere.test' }],
    ['for nobody', { aud: undefined }],
    ['expired', { exp: now() - 60 }],
    ['not yet', { nbf: now() + 600 }],
    ['times as text', { exp: 'tomorrow' }],
  ] as const) {
    const request = await signed(members(client, given), 'HS256', secretKey);
    assert.equal(await refusal(client, request), 'invalid_request_object', what);
  }
  const several = await signed(
    members(client, { aud: ['https://x.test', stage.pool.issuer] }),
    'HS256',
    secretKey,
  );
  assert.equal((await shownAt(stage.browser(), asking(client, several)))['page'], 'login');
});

test('OID-63 what stands in the object counts', async () => {
  const client = await stage.client({ CallbackURLs: [CALLBACK, 'https://app.test/other'] }, SECRET);
  const other = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const request = await signed(members(client), 'HS256', secretKey);
  const end = await stage.browser().signIn(
    asking(client, request, {
      state: 'outside',
      scope: 'openid email',
      redirect_uri: 'https://app.test/other',
      prompt: 'none',
    }),
    username,
  );
  assert.equal(answerOf(end)['state'], 'inside');
  assert.ok(end.href.startsWith(`${CALLBACK}?`));
  const { body } = await redeem(stage, client, answerOf(end)['code'] ?? '');
  assert.equal(body['scope'], 'openid');

  assert.equal(await refusal(client, request, { response_type: 'code id_token' }), 'invalid_request_object');
  const foreign = await signed(members(client, { client_id: other.id }), 'HS256', secretKey);
  assert.equal(await refusal(client, foreign), 'invalid_request_object');
  const nested = await signed(members(client, { request: 'x' }), 'HS256', secretKey);
  assert.equal(await refusal(client, nested), 'invalid_request_object');
  const elsewhere = await signed(members(client, { redirect_uri: 'https://evil.test/' }), 'HS256', secretKey);
  assert.equal((await shownAt(stage.browser(), asking(client, elsewhere)))['page'], 'error');
});

test('OID-63 an object names client and address alone, when nothing stands beside it', async () => {
  const client = await stage.client({}, SECRET);
  const request = await signed(members(client), 'HS256', secretKey);
  const shown = await shownAt(
    stage.browser(),
    `/oauth2/authorize?${form({ client_id: client.id, request })}`,
  );
  assert.equal(shown['page'], 'login');
});

test('OID-64 ATK-48 a request_uri that was not pushed is refused, and nobody is called', async () => {
  const called: string[] = [];
  const server = createServer(({ url }, answer) => {
    called.push(url ?? '');
    answer.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const client = await stage.client({}, SECRET);
  for (const request_uri of [
    `http://127.0.0.1:${port}/object`,
    `http://localhost:${port}/object#x`,
    'urn:ietf:params:oauth:request_uri:unknown',
    'urn:ietf:params:oauth:request_uri:',
    'file:///etc/passwd',
    'x'.repeat(2000),
  ]) {
    const path = `${asking(client, '').replace('&request=', '')}&${form({ request_uri })}`;
    const { location, text } = await stage.browser().follow(path);
    const told = location ? answerOf(location)['error'] : (JSON.parse(text) as { error: string }).error;
    assert.match(String(told), /^invalid_request(_uri)?$|^request_uri_not_supported$/, request_uri);
  }
  assert.deepEqual(called, []);
  server.close();
});
