import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findClient } from '../../../configuration/find-client.ts';
import type { Client } from '../../../pool.ts';
import { DEFAULT_LIMITS } from '../../../settings/limits.ts';
import { newKey } from '../../testing/proofs.ts';
import { authorizePath, basic, codeFor, post, redeem, tokensFor, userInfo } from '../../testing/requests.ts';
import { CALLBACK, openStage, type Stage } from '../../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests';
const CREATE = 'foyer.registration/create';
const servers = [
  { identifier: 'foyer.registration', scopes: [scope('create')] },
  { identifier: 'orders', scopes: [scope('read'), scope('write')] },
];

let stage: Stage;
let registrar: Client;
before(async () => {
  stage = await openStage({
    tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'registration device jwt-client-auth' },
    resourceServers: servers,
  });
  for (const { identifier, scopes } of servers)
    await stage.pool.directory.create('resource-server', identifier, { name: identifier, scopes });
  registrar = await machine([CREATE, 'orders/read']);
});
after(() => stage.close());

function scope(ScopeName: string) {
  return { ScopeName, ScopeDescription: ScopeName };
}

function machine(AllowedOAuthScopes: string[]): Promise<Client> {
  return stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes, CallbackURLs: [], LogoutURLs: [] },
    SECRET,
  );
}

async function tokenOf(client: Client, asked?: string): Promise<string> {
  const given = { grant_type: 'client_credentials', scope: asked };
  const { body } = await post(stage, '/oauth2/token', given, basic(client));
  return String(body['access_token']);
}

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function call(method: string, to: string, token: string | undefined, sent?: unknown): Promise<Answer> {
  const answer = await fetch(to.startsWith('http') ? to : stage.base + to, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
    },
    ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : {} };
}

const METADATA = { redirect_uris: [CALLBACK], client_name: 'Reader' };

async function register(sent: unknown = METADATA, token?: string): Promise<Answer> {
  return call('POST', '/oauth2/register', token ?? (await tokenOf(registrar)), sent);
}

async function registered(sent: unknown = METADATA): Promise<Answer['body']> {
  const { status, body } = await register(sent);
  assert.equal(status, 201, JSON.stringify(body) + stage.logged.join('\n'));
  return body;
}

async function refused(answer: Promise<Answer>, status: number, error: string): Promise<void> {
  const { status: told, headers, body } = await answer;
  assert.deepEqual([told, body['error']], [status, error], JSON.stringify(body));
  assert.equal(typeof body['error_description'], 'string');
  assert.equal(headers.get('cache-control'), 'no-store');
}

const asClient = (body: Answer['body']): Client =>
  ({ id: body['client_id'], secret: body['client_secret'] }) as Client;

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
    registration_client_uri: `${stage.base}/oauth2/register/${client_id}`,
  });
  assert.ok(Math.abs(Number(client_id_issued_at) - Date.now() / 1000) < 60);
  const client = await findClient(stage.pool, String(client_id));
  assert.equal(client?.secret, client_secret);
  assert.equal(client?.settings.ClientName, 'Reader');
  assert.equal(client?.settings.OpenId?.consent, true);
  const stored = JSON.stringify(await stage.pool.directory.find('client', String(client_id)));
  for (const secret of [client_secret, registration_access_token]) {
    assert.ok(String(secret).length > 40);
    assert.ok(!stored.includes(String(secret)) && !stage.logged.join('').includes(String(secret)));
  }
});

test('OID-183 what a registered client asks for is asked of the person, whatever it says of itself', async () => {
  const body = await registered({ ...METADATA, consent: false, features: ['token-exchange'] });
  const { username } = await stage.account();
  const browser = stage.browser();
  const page = await browser.follow(authorizePath(asClient(body), { scope: 'openid' }));
  const sent = await browser.follow(page.url, { method: 'POST', body: new URLSearchParams({ username }) });
  assert.match(sent.url, /\/consent\?/);
  const client = await findClient(stage.pool, String(body['client_id']));
  assert.equal(client?.settings.OpenId?.features, undefined);
  assert.deepEqual(client?.settings.ExplicitAuthFlows, ['ALLOW_REFRESH_TOKEN_AUTH']);
});

test('OID-181 without an initial access token that is good and for this nobody registers', async () => {
  await refused(call('POST', '/oauth2/register', undefined, METADATA), 401, 'invalid_token');
  for (const odd of ['x', 'a.b.c', 'e30.e30.e30'])
    await refused(register(METADATA, odd), 401, 'invalid_token');
  const other = await machine(['orders/read']);
  await refused(register(METADATA, await tokenOf(other)), 403, 'insufficient_scope');
  await refused(register(METADATA, await tokenOf(registrar, 'orders/read')), 403, 'insufficient_scope');
  const web = await stage.client({ AllowedOAuthScopes: ['openid', CREATE] }, SECRET);
  const { username } = await stage.account();
  const tokens = await tokensFor(stage, web, username, { scope: `openid ${CREATE}` });
  await refused(register(METADATA, tokens['access_token']), 401, 'invalid_token');
  await refused(register(METADATA, tokens['id_token']), 401, 'invalid_token');
});

test('OID-181 an initial access token is good as long as its client is there and has the scope', async (t) => {
  const short = await machine([CREATE]);
  const token = await tokenOf(short);
  assert.equal((await register(METADATA, token)).status, 201);
  await stage.pool.directory.update('client', short.id, (record) => ({
    ...record,
    settings: { ...record.settings, AllowedOAuthScopes: ['orders/read'] },
  }));
  await refused(register(METADATA, token), 403, 'insufficient_scope');
  await stage.pool.directory.remove('client', short.id);
  await refused(register(METADATA, token), 401, 'invalid_token');
  const late = await tokenOf(registrar);
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
    stage,
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
  const answer = await fetch(`${stage.base}/oauth2/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(registrar)}` },
    body: new URLSearchParams({ redirect_uris: CALLBACK }),
  });
  assert.equal(answer.status, 400);
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
    assert.equal((await call(method, '/oauth2/register', undefined)).status, 405, method);
});

test('OID-186 a client reads and changes its registration with the token that it was given', async () => {
  const body = await registered({
    ...METADATA,
    scope: 'openid orders/read',
    tos_uri: 'https://app.test/tos',
  });
  const uri = String(body['registration_client_uri']);
  const token = String(body['registration_access_token']);
  assert.deepEqual((await call('GET', uri, token)).body, body);
  const sent = {
    client_id: body['client_id'],
    client_secret: body['client_secret'],
    redirect_uris: ['https://app.test/other'],
    scope: 'openid',
  };
  const changed = await call('PUT', uri, token, sent);
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.deepEqual(changed.body['redirect_uris'], ['https://app.test/other']);
  assert.equal(changed.body['tos_uri'], undefined);
  assert.equal(changed.body['client_name'], undefined);
  assert.equal(changed.body['client_secret'], body['client_secret']);
  assert.equal(changed.body['client_id_issued_at'], body['client_id_issued_at']);
  const client = await findClient(stage.pool, String(body['client_id']));
  assert.equal(client?.settings.OpenId?.consent, true);
  assert.deepEqual((await call('GET', uri, token)).body, changed.body);
  // What was given up does not come back.
  await refused(
    call('PUT', uri, token, { ...sent, scope: 'openid orders/read' }),
    400,
    'invalid_client_metadata',
  );
});

test('OID-186 a change that names another client, another secret or what the server says is refused', async () => {
  const body = await registered();
  const uri = String(body['registration_client_uri']);
  const token = String(body['registration_access_token']);
  const put = (more: object) =>
    call('PUT', uri, token, { ...METADATA, client_id: body['client_id'], ...more });
  await refused(put({ client_id: undefined }), 400, 'invalid_request');
  await refused(put({ client_id: registrar.id }), 400, 'invalid_request');
  await refused(put({ client_secret: 'x' }), 400, 'invalid_request');
  for (const name of [
    'registration_access_token',
    'registration_client_uri',
    'client_secret_expires_at',
    'client_id_issued_at',
  ])
    await refused(put({ [name]: body[name] }), 400, 'invalid_request');
  await refused(put({ redirect_uris: ['javascript:1'] }), 400, 'invalid_redirect_uri');
  await refused(put({ grant_types: ['implicit'] }), 400, 'invalid_client_metadata');
  await refused(put({ token_endpoint_auth_method: 'none' }), 400, 'invalid_client_metadata');
});

test('OID-187 nobody takes over a client by its id, by the token of another, or without any', async () => {
  const [mine, other] = [await registered(), await registered()];
  const uri = String(mine['registration_client_uri']);
  const own = await tokenOf(registrar);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const sent = method === 'PUT' ? { ...METADATA, client_id: mine['client_id'] } : undefined;
    for (const token of [String(other['registration_access_token']), own, 'x', undefined])
      await refused(call(method, uri, token, sent), 401, 'invalid_token');
    for (const id of [registrar.id, 'nobody', '%00', 'x'.repeat(300)]) {
      const told = call(method, `/oauth2/register/${id}`, String(mine['registration_access_token']), sent);
      await refused(told, 401, 'invalid_token');
    }
  }
  assert.equal((await call('GET', uri, String(mine['registration_access_token']))).status, 200);
  assert.match(
    String((await call('GET', uri, 'x')).headers.get('www-authenticate')),
    /^Bearer error="invalid_token"/,
  );
});

test('OID-188 a client deletes itself, and its tokens and its registration end with it', async () => {
  const body = await registered();
  const client = asClient(body);
  await stage.pool.directory.update('client', client.id, (record) => ({
    ...record,
    settings: { ...record.settings, OpenId: { ...record.settings.OpenId, consent: false } },
  }));
  const { username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid' });
  const tokens = (await redeem(stage, client, code)).body;
  assert.equal((await userInfo(stage, String(tokens['access_token']))).status, 200);
  const uri = String(body['registration_client_uri']);
  const token = String(body['registration_access_token']);
  assert.equal((await call('DELETE', uri, token)).status, 204);
  await refused(call('GET', uri, token), 401, 'invalid_token');
  await refused(call('DELETE', uri, token), 401, 'invalid_token');
  assert.equal((await userInfo(stage, String(tokens['access_token']))).status, 401);
  const again = await post(
    stage,
    '/oauth2/token',
    { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) },
    basic(client),
  );
  assert.equal(again.body['error'], 'invalid_client');
});

test('OID-180 where the pool has not switched it on nobody registers, and no registered client is managed', async () => {
  const body = await registered();
  const { tags } = stage.pool;
  stage.pool.tags = { 'foyer:profile': 'openid' };
  try {
    const { status, body: told } = await register();
    assert.deepEqual([status, told['error']], [400, 'invalid_request']);
    assert.match(String(told['error_description']), /foyer:oauth-features/);
    const uri = String(body['registration_client_uri']);
    await refused(call('DELETE', uri, String(body['registration_access_token'])), 400, 'invalid_request');
  } finally {
    stage.pool.tags = tags;
  }
});

test('OID-189 an address registers so many clients, and a pool has so many', async () => {
  const { pool } = stage;
  const token = await tokenOf(registrar);
  pool.limits = { ...DEFAULT_LIMITS, 'sign-ups': { perAddress: 0, perPool: 2 } };
  try {
    const answers = await Promise.all(Array.from({ length: 12 }, () => register(METADATA, token)));
    const made = answers.filter(({ status }) => status === 201).length;
    assert.ok(made <= 2, String(made));
    const told = answers.find(({ status }) => status === 429);
    assert.equal(told?.body['error'], 'temporarily_unavailable');
    assert.ok(Number(told?.headers.get('retry-after')) > 0);
  } finally {
    delete pool.limits;
  }
  const { directory } = pool;
  const { count } = directory;
  directory.count = async () => 1000;
  try {
    await refused(register(METADATA, token), 403, 'access_denied');
  } finally {
    directory.count = count;
  }
});
