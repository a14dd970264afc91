/**
 * The configuring part of the JSON API as the AWS SDK for JavaScript sees it, unmodified, with an endpoint and keys
 * only: an application's owner sets up a pool, and the hosted pages follow every change. Long, but one file: each
 * starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AddCustomAttributesCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteResourceServerCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListUserPoolsCommand,
  paginateListUserPoolClients,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openHttpSession, type Page } from './http-session.ts';
import { type Foyer, startFoyer } from './start.ts';

const CALLBACK = 'https://app.test/callback';

const sdk = (foyer: Foyer, config: CognitoIdentityProviderClientConfig = {}) =>
  new CognitoIdentityProviderClient({
    endpoint: foyer.url,
    region: 'us-east-1',
    credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
    ...config,
  });

/** A pool with a domain and a web client. */
async function setUp(client: CognitoIdentityProviderClient, domain: string) {
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'Acme' }));
  const UserPoolId = UserPool?.Id ?? assert.fail();
  await client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: domain }));
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'web',
      GenerateSecret: true,
      SupportedIdentityProviders: ['COGNITO'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: [CALLBACK],
      LogoutURLs: [CALLBACK],
    }),
  );
  const { ClientId, ClientSecret } = UserPoolClient ?? {};
  assert.ok(ClientId && ClientSecret);
  return { UserPoolId, ClientId, ClientSecret };
}

const query = (ClientId: string, more: Record<string, string> = {}) =>
  new URLSearchParams({ response_type: 'code', client_id: ClientId, redirect_uri: CALLBACK, ...more });
const get = (url: string) => fetch(url, { redirect: 'manual' });

/** What a new visitor of the login page ends at. */
async function visitLogin(base: string, ClientId: string): Promise<Page> {
  const browser = openHttpSession();
  return browser.follow(await browser.get(`${base}/login?${query(ClientId)}`), base);
}

test('HUI-02 HUI-47 HUI-52 a domain serves pages and endpoints at once, and nothing once it is deleted', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  const { UserPoolId, ClientId } = await setUp(client, 'acme');
  const base = `${foyer.url}/acme`;
  const login = await visitLogin(base, ClientId);
  assert.equal(login.status, 200);
  assert.match(login.body, /<input[^>]+type="password"/);
  const authorize = await get(`${base}/oauth2/authorize?${query(ClientId)}`);
  assert.match(authorize.headers.get('location') ?? '', /\/acme\/login\?/);
  const logout = `${base}/logout?${new URLSearchParams({ client_id: ClientId, logout_uri: CALLBACK })}`;
  assert.equal((await get(logout)).headers.get('location'), CALLBACK);
  const token = () => fetch(`${base}/oauth2/token`, { method: 'POST', body: new URLSearchParams() });
  assert.equal((await token()).status, 400);
  assert.equal((await get(`${base}/oauth2/userInfo`)).status, 400);

  await client.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: 'acme' }));
  for (const path of ['/login', '/oauth2/authorize', '/oauth2/userInfo', '/logout'])
    assert.equal((await get(`${base}${path}?${query(ClientId)}`)).status, 404, path);
  assert.equal((await token()).status, 404);
  const described = await client.send(new DescribeUserPoolDomainCommand({ Domain: 'acme' }));
  assert.deepEqual(described.DomainDescription, {});
  await setUp(client, 'acme');
  assert.equal((await get(`${base}/oauth2/userInfo`)).status, 400);
});

test('HUI-09 a pool with a domain is not deleted; without one it is, and its keys are no longer published', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  const { UserPoolId } = await setUp(client, 'going');
  const jwks = `${foyer.url}/${UserPoolId}/.well-known/jwks.json`;
  assert.equal((await fetch(jwks)).status, 200);
  await assert.rejects(client.send(new DeleteUserPoolCommand({ UserPoolId })), {
    name: 'InvalidParameterException',
  });
  await client.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: 'going' }));
  await client.send(new DeleteUserPoolCommand({ UserPoolId }));
  assert.equal((await fetch(jwks)).status, 404);
  await assert.rejects(client.send(new DescribeUserPoolCommand({ UserPoolId })), {
    name: 'ResourceNotFoundException',
  });
});

test('HUI-32 USR-242 a deleted client is unusable at once, at every endpoint', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  const { UserPoolId, ClientId, ClientSecret } = await setUp(client, 'shop');
  const base = `${foyer.url}/shop`;
  const visit = async () => ({
    authorize: await get(`${base}/oauth2/authorize?${query(ClientId)}`),
    logout: await get(`${base}/logout?${new URLSearchParams({ client_id: ClientId, logout_uri: CALLBACK })}`),
    login: await visitLogin(base, ClientId),
    token: await fetch(`${base}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${ClientId}:${ClientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK }),
    }),
  });
  const before = await visit();
  assert.match(before.authorize.headers.get('location') ?? '', /\/login\?/);
  assert.equal(before.logout.headers.get('location'), CALLBACK);
  assert.match(before.login.body, /type="password"/);
  assert.deepEqual(await before.token.json(), { error: 'invalid_grant' });

  await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
  const after = await visit();
  for (const name of ['authorize', 'logout'] as const)
    assert.doesNotMatch(after[name].headers.get('location') ?? '', /^https:\/\/app\.test|\/login\?/, name);
  assert.doesNotMatch(after.login.body, /type="password"/);
  assert.deepEqual(await after.token.json(), { error: 'invalid_client' });
  await assert.rejects(client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })), {
    name: 'ResourceNotFoundException',
  });
});

test('a change of a client is followed by the endpoints at once', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  const { UserPoolId, ClientId } = await setUp(client, 'moving');
  const moved = 'https://moved.test/callback';
  const authorize = (redirect_uri: string) =>
    get(`${foyer.url}/moving/oauth2/authorize?${query(ClientId, { redirect_uri })}`);
  assert.doesNotMatch((await authorize(moved)).headers.get('location') ?? '', /\/login\?/);
  const { UserPoolClient } = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const { ClientSecret, CreationDate, LastModifiedDate, ...settings } = UserPoolClient ?? {};
  const changed = { ...settings, CallbackURLs: [moved] } as CreateUserPoolClientCommandInput;
  await client.send(new UpdateUserPoolClientCommand({ ...changed, UserPoolId, ClientId }));
  assert.match((await authorize(moved)).headers.get('location') ?? '', /\/login\?/);
  assert.doesNotMatch((await authorize(CALLBACK)).headers.get('location') ?? '', /\/login\?/);
});

test('HUI-41 HUI-42 HUI-87 a machine’s scope goes and comes back with its resource server', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  const { UserPoolId } = await setUp(client, 'machines');
  const server = (...names: string[]) =>
    client.send(
      new CreateResourceServerCommand({
        UserPoolId,
        Identifier: names.join('-'),
        Name: 'Server',
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
      }),
    );
  await server('bills');
  await server('photos');
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'machine',
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['bills/read', 'photos/read'],
    }),
  );
  const scopes = async () => {
    const answer = await fetch(`${foyer.url}/machines/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${UserPoolClient?.ClientId}:${UserPoolClient?.ClientSecret}`)}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const payload = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString());
    return payload.scope.split(' ').toSorted();
  };
  assert.deepEqual(await scopes(), ['bills/read', 'photos/read']);
  await client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: 'photos' }));
  assert.deepEqual(await scopes(), ['bills/read']);
  await server('photos');
  assert.deepEqual(await scopes(), ['bills/read', 'photos/read']);
});

test('HUI-33 USR-245 the SDK’s own paginator sees every client once', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'Paged' }));
  const UserPoolId = UserPool?.Id;
  const names = Array.from({ length: 7 }, (_, i) => `client ${i}`);
  for (const ClientName of names)
    await client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName }));
  const seen: string[] = [];
  for await (const page of paginateListUserPoolClients({ client, pageSize: 3 }, { UserPoolId }))
    seen.push(...(page.UserPoolClients ?? []).map(({ ClientName }) => ClientName ?? ''));
  assert.deepEqual(seen.toSorted(), names);
});

test('what one process configures, another follows, and a restart keeps', async () => {
  const first = await startFoyer();
  const second = await startFoyer({ beside: first });
  const { UserPoolId, ClientId } = await setUp(sdk(first), 'shared');
  const login = () => get(`${second.url}/shared/login?${query(ClientId)}`);
  // Asked again and again until it answers: how long that takes is the machine's affair.
  while ((await login()).status === 404);
  assert.match((await visitLogin(`${second.url}/shared`, ClientId)).body, /type="password"/);
  await first.stop();
  await first.restart();
  const described = await sdk(first).send(new DescribeUserPoolCommand({ UserPoolId }));
  assert.equal(described.UserPool?.Domain, 'shared');
});

test('an SDK whose clock is an hour off sets itself right by the answer', async (t) => {
  const foyer = await startFoyer();
  const client = sdk(foyer);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_000 });
  assert.deepEqual((await client.send(new ListUserPoolsCommand({ MaxResults: 1 }))).UserPools, []);
});

test('a kill in the middle of configuring loses nothing that was acknowledged', async () => {
  const foyer = await startFoyer();
  const client = sdk(foyer, { maxAttempts: 1 });
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'Survivor' }));
  const UserPoolId = UserPool?.Id;
  const acknowledged: string[] = [];
  let killed: Promise<void> | undefined;
  const adding = (async () => {
    for (let i = 0; ; i++) {
      const CustomAttributes = [{ Name: `a${i}`, AttributeDataType: 'String' as const }];
      await client.send(new AddCustomAttributesCommand({ UserPoolId, CustomAttributes }));
      acknowledged.push(`custom:a${i}`);
      if (acknowledged.length === 5) killed = foyer.kill();
    }
  })();
  await assert.rejects(adding);
  await killed;
  await foyer.restart();
  const described = await sdk(foyer).send(new DescribeUserPoolCommand({ UserPoolId }));
  const names = new Set(described.UserPool?.SchemaAttributes?.map(({ Name }) => Name));
  for (const name of acknowledged) assert.ok(names.has(name), name);
});
