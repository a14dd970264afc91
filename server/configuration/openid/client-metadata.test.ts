import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { openIdClientSchema } from './client-metadata.ts';

const jwk = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }) }) as Record<string, string>;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

/** `jwks.keys.0: must hold ...`, one for each fault. */
function faultsOf(settings: object): string[] {
  const { error } = openIdClientSchema.safeParse(settings);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
const keys = (...list: object[]) => ({ jwks: { keys: list } });

test('all that a client can have is kept as it was given', () => {
  const all = {
    features: ['par', 'dpop', 'jwt-client-auth', 'resource-indicators', 'device', 'token-exchange'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: 'https://app.example/jwks.json?a=b',
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
    request_object_signing_alg: 'PS256',
    require_signed_request_object: false,
    id_token_signed_response_alg: 'RS256',
    userinfo_signed_response_alg: 'RS256',
    default_max_age: 0,
    require_auth_time: true,
    initiate_login_uri: 'http://localhost:3000/begin',
    backchannel_logout_uri: 'http://127.0.0.1:3000/back',
    backchannel_logout_session_required: true,
    frontchannel_logout_uri: 'http://[::1]:3000/front',
    frontchannel_logout_session_required: true,
    consent: true,
    client_name: 'Grüße, 世界 & co',
    logo_uri: 'https://app.example/logo.png',
    client_uri: 'https://app.example',
    policy_uri: 'https://app.example/policy',
    tos_uri: 'https://app.example/tos',
    contacts: ['ops@app.example'],
    token_exchange_audiences: ['another-client', 'https://api.example/orders'],
  };
  assert.deepEqual(openIdClientSchema.parse(all), all);
  assert.deepEqual(openIdClientSchema.parse({}), {});
});

test('public keys are kept without what means nothing here', () => {
  const given = [jwk(rsa.publicKey), { ...jwk(ec.publicKey), kid: 'b', x5t: 'x' }, jwk(ed.publicKey)];
  const [first, second, third] = given;
  const { x5t: _, ...plain } = { x5t: '', ...second };
  assert.deepEqual(openIdClientSchema.parse(keys(...given)).jwks?.keys, [first, plain, third]);
});

test('no private key is taken, in whole or in part, and the fault does not repeat it', () => {
  const secret = jwk(rsa.privateKey);
  const shared = { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' };
  const halves = ['d', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => ({
    ...jwk(rsa.publicKey),
    [name]: secret[name],
  }));
  for (const key of [secret, jwk(ec.privateKey), jwk(ed.privateKey), shared, ...halves]) {
    const faults = faultsOf(keys(jwk(ed.publicKey), key));
    assert.deepEqual(faults, ['jwks.keys.1: must hold the public half only']);
  }
  assert.deepEqual(faultsOf(keys({ kty: 'oct' })), [
    'jwks.keys.0.kty: is RSA, EC or OKP: a shared key is no public one',
  ]);
});

test('a key that no signature could be trusted with is refused', () => {
  const good = jwk(rsa.publicKey);
  const point = jwk(ec.publicKey);
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
  const refused: [object, RegExp][] = [
    [jwk(weak), /2048 to 8192 bits/],
    [{ ...good, e: 'AQ' }, /exponent of 3 or more/],
    [{ ...good, n: '***' }, /base64url/],
    [jwk(other), /a crv of P-256/],
    [jwk(generateKeyPairSync('x25519').publicKey), /a crv of P-256/],
    [{ ...point, y: point['x'] }, /is not a public key/],
    [{ kty: 'RSA' }, /is not a public key/],
    [{ kty: 'EC', crv: 'P-256' }, /is not a public key/],
  ];
  for (const [key, why] of refused) assert.match(faultsOf(keys(key)).join(), why);
  assert.equal(faultsOf({ jwks: { keys: [] } }).length, 1);
  assert.equal(faultsOf({ jwks: 'https://app.example/jwks' }).length, 1);
  assert.equal(faultsOf({ jwks: { keys: ['x', null, 7] } }).length, 3);
  assert.match(faultsOf(keys({ ...good, kid: 'a' }, { ...point, kid: 'a' })).join(), /same kid twice/);
  assert.equal(faultsOf(keys(...Array.from({ length: 21 }, () => point))).length, 1);
});

test('addresses are https, or http on this machine, and have no fragment', () => {
  const names = [
    ...['jwks_uri', 'initiate_login_uri', 'backchannel_logout_uri', 'frontchannel_logout_uri'],
    ...['logo_uri', 'client_uri', 'policy_uri', 'tos_uri'],
  ];
  const refused = [
    ...['http://app.example/x', 'https://app.example/#x', '/relative', 'app.example', '', 'https://'],
    ...['javascript:alert(1)', 'data:text/html,x', 'com.example.app:/x', 'ftp://app.example/'],
    ...['https://user@app.example/', 'https://*.example/', 'https://app.example/ x', 'https:/\\evil.example'],
    `https://app.example/${'x'.repeat(1024)}`,
  ];
  for (const name of names)
    for (const uri of refused) assert.deepEqual(faultsOf({ [name]: uri }).length, 1, `${name} ${uri}`);
});

test('every other value has its form, and a fault names the field', () => {
  const wrong: [string, unknown][] = [
    ['features', 'par'],
    ['token_endpoint_auth_method', 'tls_client_auth'],
    ['token_endpoint_auth_signing_alg', 'none'],
    ['request_object_signing_alg', 'none'],
    ['id_token_signed_response_alg', 'none'],
    ['id_token_signed_response_alg', 'HS256'],
    ['id_token_signed_response_alg', 'PS256'],
    ['userinfo_signed_response_alg', 'ES256'],
    ['require_pushed_authorization_requests', 'true'],
    ['dpop_bound_access_tokens', 1],
    ['default_max_age', -1],
    ['default_max_age', 1.5],
    ['default_max_age', '60'],
    ['consent', null],
    ['client_name', ''],
    ['client_name', ' \u3000\u2800'],
    ['client_name', '\u3164'],
    ['client_name', 'x'.repeat(129)],
    ['client_name', 'Bank\u202Egpj.exe'],
    ['client_name', 'two\nlines'],
    ['contacts', ['nobody']],
    ['contacts', ['a@b.example', 'a@b.example']],
    ['token_exchange_audiences', ['']],
    ['token_exchange_audiences', ['a', 'a']],
    ['token_exchange_audiences', ['two words']],
  ];
  for (const [name, value] of wrong) {
    const faults = faultsOf({ [name]: value });
    assert.equal(faults.length, 1, `${name} ${String(value)}`);
    assert.match(faults[0] ?? '', new RegExp(`^${name}[.:]`));
  }
  assert.match(
    faultsOf({ features: ['par', 'par'] }).join(),
    /^features: must not have the same value twice/,
  );
  assert.match(faultsOf({ features: ['pra'] }).join(), /^features\.0: is one of par, dpop/);
  assert.match(faultsOf({ features: ['registration'] }).join(), /name it in the tag foyer:oauth-features/);
});

test('nobody but the server says that a client was registered', () => {
  const { error } = openIdClientSchema.safeParse({ registered: { at: 1, tokenHash: 'x' } });
  assert.deepEqual(error?.issues[0], {
    code: 'unrecognized_keys',
    keys: ['registered'],
    path: [],
    message: 'Unrecognized key: "registered"',
  });
});
