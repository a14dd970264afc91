import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';
import { SignJWT } from 'jose';
import { openOutgoing } from '#federation/fetch.ts';
import { openEnvironment } from '#federation/testing/environment.ts';
import { type LocalVendor, openVendor } from '#federation/testing/local-vendor.ts';
import type { Client } from '../../pool.ts';
import { mockTime } from '../testing/mock-time.ts';
import { type ApplicationKey, asserting, newKey } from '../testing/proofs.ts';
import { authorizePath, post } from '../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../testing/stage.ts';

const tags = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par jwt-client-auth' };
const MINUTE = 60_000;
const KEYS = '/keys';

const pass = mockTime();
let stage: Stage;
let vendor: LocalVendor;
let first: ApplicationKey;
let second: ApplicationKey;
let published: unknown[];

before(async () => {
  first = await newKey('ES256', 'first');
  second = await newKey('ES256', 'second');
});
beforeEach(async () => {
  published = [first.jwk];
  vendor = await openVendor(() => ({ [KEYS]: () => ({ json: { keys: published } }) }));
  stage = await openStage({ tags });
  reach(['127.0.0.0/8']);
});
afterEach(async () => {
  stage.pool.federation?.outgoing.close();
  await stage.close();
  await vendor.close();
});

/** What of the network the operator lets the pool reach. */
function reach(allow: string[]): void {
  const clock = { now: () => Date.now() };
  const outgoing = openOutgoing({ clock, allow });
  Object.assign(stage.pool, { federation: { ...openEnvironment(), clock, outgoing } });
}

const publishing = (jwks_uri = vendor.base + KEYS): Promise<Client> =>
  stage.client({
    AllowedOAuthFlows: ['client_credentials', 'code'],
    OpenId: { token_endpoint_auth_method: 'private_key_jwt', jwks_uri },
  });

/** What the client is answered that signs by this key. */
async function ask(client: Client, key: ApplicationKey, header = {}): Promise<string> {
  const proof = await asserting(key, client.id, `${stage.base}/oauth2/token`, { header });
  const { status, body } = await post(stage, '/oauth2/token', { grant_type: 'client_credentials', ...proof });
  return status === 200 ? 'tokens' : `${status} ${body['error']}`;
}
const REFUSED = '401 invalid_client';

test('OID-130 keys at an address are read once and then remembered', async () => {
  const client = await publishing();
  const all = await Promise.all(Array.from({ length: 20 }, () => ask(client, first)));
  assert.deepEqual(new Set(all), new Set(['tokens']));
  assert.equal(vendor.seen.length, 1);
  assert.equal(vendor.seen[0]?.headers['user-agent'], 'Foyer');
});

test('OID-130 nothing is read for a request that nobody signed', async () => {
  const client = await publishing();
  await stage.browser().visit(authorizePath(client, { scope: 'openid' }));
  await post(stage, '/oauth2/token', { grant_type: 'client_credentials', client_id: client.id });
  assert.equal(vendor.seen.length, 0);
});

test('OID-131 a new key is found by its name, and nobody can make us ask again and again', async () => {
  const client = await publishing();
  assert.equal(await ask(client, first), 'tokens');
  published = [first.jwk, second.jwk];
  assert.equal(await ask(client, second), REFUSED, 'it was asked a moment ago');
  pass(31_000);
  assert.equal(await ask(client, second), 'tokens');
  for (let tries = 0; tries < 10; tries++)
    assert.equal(await ask(client, second, { kid: `made up ${tries}` }), REFUSED);
  assert.equal(vendor.seen.length, 2);
});

test('OID-132 a key that was taken away is good for five minutes at most, whatever the address says', async () => {
  vendor.route(KEYS, () => ({ json: { keys: published }, headers: { 'cache-control': 'max-age=31536000' } }));
  const client = await publishing();
  assert.equal(await ask(client, first), 'tokens');
  published = [second.jwk];
  pass(5 * MINUTE + 1000);
  assert.equal(await ask(client, first), REFUSED);
  assert.equal(await ask(client, second), 'tokens');
});

test('OID-132 while the address is away, the last keys are good for an hour', async () => {
  const client = await publishing();
  assert.equal(await ask(client, first), 'tokens');
  vendor.broken.set(KEYS, { status: 503 });
  pass(30 * MINUTE);
  assert.equal(await ask(client, first), 'tokens');
  pass(31 * MINUTE);
  assert.equal(await ask(client, first), REFUSED);
});

test('OID-133 what is no key set is nobody’s proof, and the operator is told why', async () => {
  const replies = [
    { status: 404, json: {} },
    { json: { keys: 'none' } },
    { json: [] },
    { body: '<html>' },
    { bytes: 2 * 1024 * 1024 },
    { cut: true as const },
    { status: 302, headers: { location: '/other' }, json: {} },
  ];
  for (const [index, reply] of replies.entries()) {
    vendor.broken.set(`${KEYS}${index}`, reply);
    const client = await publishing(`${vendor.base}${KEYS}${index}`);
    assert.equal(await ask(client, first), REFUSED, JSON.stringify(reply));
  }
  assert.equal(vendor.seen.filter(({ path }) => path === '/other').length, 0, 'a redirect leads nowhere');
  assert.equal(stage.logged.filter((line) => line.includes('cannot be read')).length, replies.length);
});

test('OID-133 keys that are no good are passed over, private and shared ones too', async () => {
  const shared = { kty: 'oct', k: Buffer.from('a secret').toString('base64url'), kid: 'shared' };
  published = [null, 'x', { kty: 'XYZ' }, { ...second.jwk, d: 'AAAA' }, shared, first.jwk];
  const client = await publishing();
  assert.equal(await ask(client, first), 'tokens');
  assert.equal(await ask(client, second), REFUSED);
});

test('OID-134 ATK-48 no address of somebody’s own network is called for a client’s keys', async () => {
  reach([]);
  const inside = [
    vendor.base + KEYS,
    vendor.base.replace('127.0.0.1', 'localhost') + KEYS,
    vendor.base.replace('127.0.0.1', '[::ffff:127.0.0.1]') + KEYS,
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/keys',
    'file:///etc/passwd',
  ];
  for (const address of inside) assert.equal(await ask(await publishing(address), first), REFUSED, address);
  assert.equal(vendor.seen.length, 0);
});

test('OID-134 where nothing may leave, keys at an address prove nothing', async () => {
  Object.assign(stage.pool, { federation: undefined });
  assert.equal(await ask(await publishing(), first), REFUSED);
});

test('OID-135 a request in an object is verified by published keys', async () => {
  const client = await publishing();
  const claims = { client_id: client.id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
  const object = (key: ApplicationKey) =>
    new SignJWT({ ...claims, state: 'signed' })
      .setProtectedHeader({ alg: 'ES256', kid: 'first' })
      .setIssuer(client.id)
      .setAudience(stage.pool.issuer)
      .sign(key.privateKey);
  const open = async (key: ApplicationKey) =>
    (await stage.browser().visit(authorizePath(client, { request: await object(key) }))).location;
  assert.match(await open(first), /\/login\?/);
  assert.match(await open(second), /invalid_request_object/);
});
