import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOutgoing } from '#federation/fetch.ts';
import { findClient } from '../../../configuration/find-client.ts';
import { newKey } from '../../testing/proofs.ts';
import { asClient, CREATE, METADATA, registrationsOfTests, SECRET } from '../../testing/registrations.ts';
import { authorizePath, basic, post, tokensFor } from '../../testing/requests.ts';
import { CALLBACK } from '../../testing/stage.ts';

const { at, machine, tokenOf, call, register, registered, refused } = registrationsOfTests();

test('OID-180 OID-183 a client registers itself, is one of the pool like all others, and people sign in to it', async () => {
  const { status, headers, body } = await register();
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal(headers.get('cache-control'), 'no-store');
  const { client_id, client_secret, registration_access_token, client_id_issued_at, ...shown } = body;
  assert.deepEqual(shown, {
    client_name: 'Reader',
    redirect_uris: [CALLBACK],
    client_secret_expires_at: 0,
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'openid email phone profile',
    subject_type: 'public',
    registration_client_uri: `${at.stage.base}/oauth2/register/${client_id}`,
  });
  assert.ok(Math.abs(Number(client_id_issued_at) - Date.now() / 1000) < 60);
  const client = await findClient(at.stage.pool, String(client_id));
  assert.equal(client?.secret, client_secret);
  assert.equal(client?.settings.ClientName, 'Reader');
  assert.equal(client?.settings.OpenId?.consent, true);
  const stored = JSON.stringify(await at.stage.pool.directory.find('client', String(client_id)));
  for (const secret of [client_secret, registration_access_token]) {
    assert.ok(String(secret).length > 40);
    assert.ok(!stored.includes(String(secret)) && !at.stage.logged.join('').includes(String(secret)));
  }
});

test('OID-183 what a registered client asks for is asked of the person, whatever it says of itself', async () => {
  const body = await registered({ ...METADATA, consent: false, features: ['token-exchange'] });
  const { username } = await at.stage.account();
  const browser = at.stage.browser();
  const page = await browser.follow(authorizePath(asClient(body), { scope: 'openid' }));
  const sent = await browser.follow(page.url, { method: 'POST', body: new URLSearchParams({ username }) });
  assert.match(sent.url, /\/consent\?/);
  const client = await findClient(at.stage.pool, String(body['client_id']));
  assert.equal(client?.settings.OpenId?.features, undefined);
  assert.deepEqual(client?.settings.ExplicitAuthFlows, ['ALLOW_REFRESH_TOKEN_AUTH']);
});

test('OID-181 without an initial access token that is good and for this nobody registers', async () => {
  await refused(call('POST', '/oauth2/register', undefined, METADATA), 401, 'invalid_token');
  for (const odd of ['x', 'a.b.c', 'e30.e30.e30'])
    await refused(register(METADATA, odd), 401, 'invalid_token');
  const other = await machine(['orders/read']);
  await refused(register(METADATA, await tokenOf(other)), 403, 'insufficient_scope');
  await refused(register(METADATA, await tokenOf(at.registrar, 'orders/read')), 403, 'insufficient_scope');
  const web = await at.stage.client({ AllowedOAuthScopes: ['openid', CREATE] }, SECRET);
  const { username } = await at.stage.account();
  const tokens = await tokensFor(at.stage, web, username, { scope: `openid ${CREATE}` });
  await refused(register(METADATA, tokens['access_token']), 401, 'invalid_token');
  await refused(register(METADATA, tokens['id_token']), 401, 'invalid_token');
});

test('OID-181 whoever shows no token is told what is needed, whoever shows another one what is wrong', async () => {
  const challenge = async (token?: string) =>
    (await call('POST', '/oauth2/register', token, METADATA)).headers.get('www-authenticate') ?? '';
  assert.match(await challenge(), /^Bearer realm="[^"]+"$/);
  assert.match(await challenge('x'), /^Bearer realm="[^"]+", error="invalid_token"$/);
  const narrow = await challenge(await tokenOf(at.registrar, 'orders/read'));
  assert.match(narrow, new RegExp(`^Bearer realm="[^"]+", error="insufficient_scope", scope="${CREATE}"$`));
});

test('OID-181 an initial access token is good as long as its client is there and has the scope', async (t) => {
  const short = await machine([CREATE]);
  const token = await tokenOf(short);
  assert.equal((await register(METADATA, token)).status, 201);
  await at.stage.pool.directory.update('client', short.id, (record) => ({
    ...record,
    settings: { ...record.settings, AllowedOAuthScopes: ['orders/read'] },
  }));
  await refused(register(METADATA, token), 403, 'insufficient_scope');
  await at.stage.pool.directory.remove('client', short.id);
  await refused(register(METADATA, token), 401, 'invalid_token');
  const late = await tokenOf(at.registrar);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61 * 60_000 });
  await refused(register(METADATA, late), 401, 'invalid_token');
});

test('OID-182 addresses to be sent back to are held to the rules of the pool', async () => {
  for (const uri of [
    'javascript:alert(1)',
    'JaVaScript:alert(1)',
    'data:text/html,x',
    'http://app.test/cb',
    'http://10.0.0.1/cb',
    'https://app.test/cb#x',
    'https://user@app.test/',
    'https://*.app.test/',
    '//app.test/cb',
    '',
    'x'.repeat(2000),
  ])
    await refused(register({ redirect_uris: [uri] }), 400, 'invalid_redirect_uri');
  await refused(register({ redirect_uris: [CALLBACK, 7] }), 400, 'invalid_redirect_uri');
  await refused(register({ redirect_uris: CALLBACK }), 400, 'invalid_redirect_uri');
  await refused(register({}), 400, 'invalid_redirect_uri');
  await refused(register({ redirect_uris: Array(101).fill(CALLBACK) }), 400, 'invalid_redirect_uri');
  const out = { ...METADATA, post_logout_redirect_uris: ['javascript:alert(1)'] };
  await refused(register(out), 400, 'invalid_redirect_uri');
  for (const uri of ['http://localhost:3000/cb', 'com.example.app:/cb'])
    assert.equal((await register({ redirect_uris: [uri] })).status, 201, uri);
});

test('OID-182 ATK-48 ATK-49 addresses that the server would call or show are public ones', async () => {
  const bad = { ...METADATA, token_endpoint_auth_method: 'private_key_jwt' };
  for (const jwks_uri of [
    'http://localhost/jwks',
    'http://127.0.0.1/jwks',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    'javascript:1',
  ])
    await refused(register({ ...bad, jwks_uri }), 400, 'invalid_client_metadata');
  const { pool } = at.stage;
  const { federation } = pool;
  const outgoing = openOutgoing({ clock: pool.clock });
  pool.federation = { outgoing } as NonNullable<typeof pool.federation>;
  try {
    for (const jwks_uri of ['https://10.0.0.1/jwks', 'https://[::1]/jwks', 'https://169.254.169.254/'])
      await refused(register({ ...bad, jwks_uri }), 400, 'invalid_client_metadata');
  } finally {
    if (federation) pool.federation = federation;
    outgoing.close();
  }
  for (const backchannel_logout_uri of ['http://localhost/bye', 'ftp://x.test/'])
    await refused(register({ ...METADATA, backchannel_logout_uri }), 400, 'invalid_client_metadata');
  for (const name of ['logo_uri', 'client_uri', 'policy_uri', 'tos_uri', 'initiate_login_uri'])
    for (const uri of ['javascript:alert(1)', 'data:image/svg+xml,x', 'http://x.test/'])
      await refused(register({ ...METADATA, [name]: uri }), 400, 'invalid_client_metadata');
});

test('OID-184 only what a stranger may have is registered: no implicit flow, no client credentials, no scope of others', async () => {
  const odd: Record<string, unknown>[] = [
    { grant_types: ['implicit'] },
    { grant_types: ['authorization_code', 'client_credentials'] },
    { grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] },
    { grant_types: [] },
    { grant_types: ['refresh_token'] },
    { response_types: ['token'] },
    { response_types: ['code', 'code id_token'] },
    { scope: 'openid aws.cognito.signin.user.admin' },
    { scope: 'openid orders/write' },
    { scope: CREATE },
    { subject_type: 'pairwise' },
    { token_endpoint_auth_method: 'tls_client_auth' },
    { token_endpoint_auth_method: 'private_key_jwt' },
    { jwks: { keys: [] } },
    { client_name: 'Bank\nof \u202eEvil' },
    { client_name: 'x'.repeat(200) },
    { contacts: ['nobody'] },
    { default_max_age: -1 },
    { id_token_signed_response_alg: 'none' },
    { dpop_bound_access_tokens: true },
  ];
  for (const more of odd) await refused(register({ ...METADATA, ...more }), 400, 'invalid_client_metadata');
  const body = await registered({ ...METADATA, scope: 'openid orders/read offline_access' });
  assert.equal(body['scope'], 'openid orders/read');
});

test('OID-184 a client may prove itself by a key, by nothing, or sign in devices alone', async () => {
  const { jwk } = await newKey();
  const byKey = await registered({
    ...METADATA,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] },
  });
  assert.equal(byKey['client_secret'], undefined);
  const open = await registered({ ...METADATA, token_endpoint_auth_method: 'none' });
  assert.equal(open['client_secret'], undefined);
  const device = await registered({ grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] });
  const asked = await post(
    at.stage,
    '/oauth2/device_authorization',
    { scope: 'openid' },
    basic(asClient(device)),
  );
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
});

test('OID-185 members that the server does not know are passed over, a software statement among them', async () => {
  const body = await registered({
    ...METADATA,
    software_statement: 'e30.eyJyZWRpcmVjdF91cmlzIjpbImh0dHBzOi8vZXZpbC50ZXN0Il19.',
    'client_name#de': 'Leser',
    settings: { AllowedOAuthFlows: ['implicit'] },
    registered: { at: 0, tokenHash: 'x' },
    client_id: 'mine',
    client_secret: 'mine',
  });
  assert.deepEqual(body['redirect_uris'], [CALLBACK]);
  assert.notEqual(body['client_id'], 'mine');
  assert.notEqual(body['client_secret'], 'mine');
  assert.equal(body['software_statement'], undefined);
});

test('OID-185 a body that is no JSON object, or huge, is refused', async () => {
  for (const sent of ['', '{', '[]', 'null', '"x"', '7', JSON.stringify({ x: 'x'.repeat(70_000) })])
    await refused(register(sent), 400, 'invalid_client_metadata');
  const answer = await fetch(`${at.stage.base}/oauth2/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(at.registrar)}` },
    body: new URLSearchParams({ redirect_uris: CALLBACK }),
  });
  assert.equal(answer.status, 400);
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
    assert.equal((await call(method, '/oauth2/register', undefined)).status, 405, method);
});

test('OID-180 where the pool has not switched it on nobody registers, and no registered client is managed', async () => {
  const body = await registered();
  const { tags } = at.stage.pool;
  at.stage.pool.tags = { 'foyer:profile': 'openid' };
  try {
    const { status, body: told } = await register();
    assert.deepEqual([status, told['error']], [400, 'invalid_request']);
    assert.match(String(told['error_description']), /foyer:oauth-features/);
    const uri = String(body['registration_client_uri']);
    await refused(call('DELETE', uri, String(body['registration_access_token'])), 400, 'invalid_request');
  } finally {
    at.stage.pool.tags = tags;
  }
});
