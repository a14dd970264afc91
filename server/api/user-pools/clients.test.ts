/** Operations on app clients, called in process. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findClient } from '../../configuration/find-client.ts';
import { openTestService, type TestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

let api: TestService;
let UserPoolId: string;
before(async () => {
  api = await openTestService();
  UserPoolId = (
    await api.call('CreateUserPool', {
      PoolName: 'Acme',
      Schema: [
        { Name: 'email', Required: true, Mutable: true },
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
        { Name: 'badge', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      ],
    })
  ).UserPool.Id;
  await api.call('CreateResourceServer', {
    UserPoolId,
    Identifier: 'bills',
    Name: 'Bills',
    Scopes: [{ ScopeName: 'pay', ScopeDescription: 'Pay bills' }],
  });
});
after(() => api.stores.close());

const newClient = async (more: object = {}) =>
  (await api.call('CreateUserPoolClient', { UserPoolId, ClientName: 'app', ...more })).UserPoolClient;
const update = async (ClientId: string, more: object = {}) =>
  (await api.call('UpdateUserPoolClient', { UserPoolId, ClientId, ...more })).UserPoolClient;
const described = async (ClientId: string) =>
  (await api.call('DescribeUserPoolClient', { UserPoolId, ClientId })).UserPoolClient;
const given = (client: object) =>
  Object.fromEntries(Object.entries(client).filter(([, value]) => value !== undefined));

const CODE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  CallbackURLs: ['https://app.test/cb'],
};
const MACHINE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['client_credentials'],
  AllowedOAuthScopes: ['bills/pay'],
  GenerateSecret: true,
};

test('HUI-11 USR-241 ids are unique, and a secret is made only when it is asked for', async () => {
  const [open, secret] = [await newClient(), await newClient({ GenerateSecret: true })];
  assert.match(open.ClientId, /^[a-z0-9]{26}$/);
  assert.notEqual(open.ClientId, secret.ClientId);
  assert.equal(open.ClientSecret, undefined);
  assert.equal((await newClient({ GenerateSecret: false })).ClientSecret, undefined);
  assert.match(secret.ClientSecret, /^[a-z0-9]{51}$/);
  assert.equal((await described(secret.ClientId)).ClientSecret, secret.ClientSecret);
});

test('a secret is stored sealed, and opens for its own client only', async () => {
  const { ClientId, ClientSecret } = await newClient({ GenerateSecret: true });
  const directory = api.service.directory.forPool(UserPoolId);
  const { record } = (await directory.find('client', ClientId)) ?? assert.fail();
  assert.ok(!JSON.stringify(record).includes(ClientSecret));
  const pool = { id: UserPoolId, directory, vault: api.service.vault };
  assert.equal((await findClient(pool, ClientId))?.secret, ClientSecret);
  await directory.create('client', 'thief', record);
  await assert.rejects(findClient(pool, 'thief'), /cannot be opened/);
  await directory.remove('client', 'thief');
  assert.equal(
    await findClient({ ...pool, directory: api.service.directory.forPool('x') }, ClientId),
    undefined,
  );
});

test('a secret of the caller is taken, but not beside a generated one', async () => {
  const ClientSecret = 'MySecret0123456789012345';
  assert.equal((await newClient({ ClientSecret })).ClientSecret, ClientSecret);
  await refusal(newClient({ ClientSecret, GenerateSecret: true }), 'InvalidParameterException', /not both/);
  await refusal(newClient({ ClientSecret: 'short' }), 'InvalidParameterException', /^(?!.*short)/);
});

test('HUI-12 USR-242 id and secret never change, and a deleted client is gone at once', async () => {
  const { ClientId, ClientSecret } = await newClient({ GenerateSecret: true });
  const changed = await update(ClientId, {
    ClientName: 'other',
    GenerateSecret: false,
    ClientSecret: 'x'.repeat(30),
  });
  assert.deepEqual(
    [changed.ClientId, changed.ClientSecret, changed.ClientName],
    [ClientId, ClientSecret, 'other'],
  );
  await api.call('DeleteUserPoolClient', { UserPoolId, ClientId });
  const gone = `User pool client ${ClientId} does not exist.`;
  await refusal(described(ClientId), 'ResourceNotFoundException', gone);
  await refusal(update(ClientId), 'ResourceNotFoundException', gone);
  await refusal(
    api.call('DeleteUserPoolClient', { UserPoolId, ClientId }),
    'ResourceNotFoundException',
    gone,
  );
});

test('HUI-14 USR-243 refresh tokens last 30 days, and may be set to 1 to 3650', async () => {
  assert.equal((await newClient()).RefreshTokenValidity, 30);
  assert.equal((await newClient({ RefreshTokenValidity: 0 })).RefreshTokenValidity, 30);
  for (const RefreshTokenValidity of [1, 3650])
    assert.equal((await newClient({ RefreshTokenValidity })).RefreshTokenValidity, RefreshTokenValidity);
  for (const RefreshTokenValidity of [-1, 3651])
    await refusal(newClient({ RefreshTokenValidity }), 'InvalidParameterException');
});

test('lifetimes are counted in their units: access and ID tokens 5 minutes to a day, refresh tokens from an hour', async () => {
  const fits: object[] = [
    { AccessTokenValidity: 300, TokenValidityUnits: { AccessToken: 'seconds' } },
    { IdTokenValidity: 1, TokenValidityUnits: { IdToken: 'days' } },
    { AccessTokenValidity: 24 },
    { RefreshTokenValidity: 60, TokenValidityUnits: { RefreshToken: 'minutes' } },
    { RefreshTokenValidity: 0, TokenValidityUnits: { RefreshToken: 'seconds' } },
  ];
  const not: object[] = [
    { AccessTokenValidity: 299, TokenValidityUnits: { AccessToken: 'seconds' } },
    { IdTokenValidity: 2, TokenValidityUnits: { IdToken: 'days' } },
    { AccessTokenValidity: 25 },
    { RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: 'minutes' } },
    { RefreshTokenValidity: 87601, TokenValidityUnits: { RefreshToken: 'hours' } },
  ];
  for (const lifetimes of fits) assert.ok(await newClient(lifetimes));
  for (const lifetimes of not)
    await refusal(newClient(lifetimes), 'InvalidParameterException', 'Invalid range for token validity.');
});

test('HUI-15 USR-215 a client has no lists, and remembers the custom attributes of its first day', async () => {
  const { ClientId, ...client } = await newClient({ ReadAttributes: [], WriteAttributes: [] });
  assert.deepEqual([client.ReadAttributes, client.WriteAttributes], [undefined, undefined]);
  const own = { UserPoolId, CustomAttributes: [{ Name: 'later', AttributeDataType: 'String' }] };
  await api.call('AddCustomAttributes', own);
  await update(ClientId);
  const directory = api.service.directory.forPool(UserPoolId);
  const stored = await findClient({ id: UserPoolId, directory, vault: api.service.vault }, ClientId);
  assert.deepEqual(stored?.settings.defaultAttributes, ['custom:plan', 'dev:custom:badge']);
});

test('HUI-16 USR-212 USR-213 a list to write has what is required and nothing that is the pool’s own', async () => {
  const text = 'Invalid write attributes specified while creating a client';
  const refused = [
    ['nickname'],
    ['email', 'sub'],
    ['email', 'email_verified'],
    ['email', 'phone_number_verified'],
    ['email', 'custom:nothing'],
    ['email', 'dev:custom:badge'],
    ['email', 'constructor'],
  ];
  for (const WriteAttributes of refused)
    await refusal(newClient({ WriteAttributes }), 'InvalidParameterException', text);
  const { ClientId } = await newClient({ WriteAttributes: ['email', 'custom:plan'] });
  await refusal(
    update(ClientId, { WriteAttributes: ['nickname'] }),
    'InvalidParameterException',
    'Invalid write attributes specified while updating a client',
  );
  await refusal(
    newClient({ ReadAttributes: ['email', 'nothing'] }),
    'InvalidParameterException',
    'Invalid read attributes specified while creating a client',
  );
});

test('HUI-17 only providers that the pool has are supported', async () => {
  const { SupportedIdentityProviders } = await newClient({ SupportedIdentityProviders: ['COGNITO'] });
  assert.deepEqual(SupportedIdentityProviders, ['COGNITO']);
  await refusal(
    newClient({ SupportedIdentityProviders: ['COGNITO', 'Google'] }),
    'InvalidParameterException',
    `The provider Google does not exist for User Pool ${UserPoolId}.`,
  );
});

test('HUI-19 HUI-20 HUI-21 HUI-22 addresses to call back and to sign out to follow the rules', async () => {
  for (const list of ['CallbackURLs', 'LogoutURLs']) {
    const fine = ['https://app.test/cb', 'http://localhost:3000', 'myapp://example'];
    assert.deepEqual((await newClient({ [list]: fine }))[list], fine);
    for (const url of ['/cb', 'https://app.test/#x', 'http://app.test/cb', 'javascript:alert(1)'])
      await refusal(
        newClient({ [list]: [fine[0], url] }),
        'InvalidParameterException',
        /^\S+ (is|must|cannot) /,
      );
  }
});

test('HUI-23 USR-249 a hundred addresses of each kind, not a hundred and one', async () => {
  const urls = (count: number) => Array.from({ length: count }, (_, i) => `https://app.test/${i}`);
  const full = await newClient({ CallbackURLs: urls(100), LogoutURLs: urls(100) });
  assert.deepEqual([full.CallbackURLs.length, full.LogoutURLs.length], [100, 100]);
  for (const list of ['CallbackURLs', 'LogoutURLs'])
    await refusal(newClient({ [list]: urls(101) }), 'InvalidParameterException', /less than or equal to 100/);
});

test('HUI-24 the default redirect address is one of the callbacks', async () => {
  const client = await newClient({ ...CODE, DefaultRedirectURI: CODE.CallbackURLs[0] });
  assert.equal(client.DefaultRedirectURI, CODE.CallbackURLs[0]);
  await refusal(newClient({ ...CODE, DefaultRedirectURI: 'https://app.test' }), 'InvalidParameterException');
});

test('HUI-25 HUI-26 HUI-27 USR-250 client credentials stand alone, with a secret and custom scopes', async () => {
  const flow = 'InvalidOAuthFlowException';
  assert.deepEqual((await newClient(MACHINE)).AllowedOAuthFlows, ['client_credentials']);
  for (const other of ['code', 'implicit'])
    await refusal(newClient({ ...CODE, ...MACHINE, AllowedOAuthFlows: ['client_credentials', other] }), flow);
  await refusal(newClient({ ...MACHINE, GenerateSecret: false }), flow);
  for (const scope of ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'])
    await refusal(newClient({ ...MACHINE, AllowedOAuthScopes: ['bills/pay', scope] }), flow);
  const { ClientId } = await newClient(CODE);
  await refusal(update(ClientId, MACHINE), flow, /does not have a client secret/);
});

test('HUI-28 code and implicit may be enabled together', async () => {
  const { AllowedOAuthFlows } = await newClient({ ...CODE, AllowedOAuthFlows: ['code', 'implicit'] });
  assert.deepEqual(AllowedOAuthFlows, ['code', 'implicit']);
});

test('a client that may use OAuth needs flows, scopes and, for people, somewhere to call back', async () => {
  for (const name of ['AllowedOAuthFlows', 'AllowedOAuthScopes', 'CallbackURLs'])
    await refusal(newClient({ ...CODE, [name]: [] }), 'InvalidParameterException', /required/);
  assert.ok(await newClient({ ...CODE, AllowedOAuthFlowsUserPoolClient: false, CallbackURLs: [] }));
});

test('HUI-85 USR-253 scopes of resource servers are offered as <identifier>/<name>, others do not exist', async () => {
  const client = await newClient({ ...CODE, AllowedOAuthScopes: ['openid', 'bills/pay'] });
  assert.deepEqual(client.AllowedOAuthScopes, ['openid', 'bills/pay']);
  for (const scope of ['bills/read', 'bills', 'pay', 'none/pay'])
    await refusal(
      newClient({ ...CODE, AllowedOAuthScopes: ['openid', scope] }),
      'ScopeDoesNotExistException',
      `Invalid scope requested: ${scope}`,
    );
});

test('a scope that was deleted stays on the client through an unrelated update', async () => {
  const server = { UserPoolId, Identifier: 'short-lived', Name: 'S' };
  await api.call('CreateResourceServer', { ...server, Scopes: [{ ScopeName: 'x', ScopeDescription: 'x' }] });
  const scopes = { AllowedOAuthScopes: ['openid', 'short-lived/x'] };
  const { ClientId } = await newClient({ ...CODE, ...scopes });
  await api.call('DeleteResourceServer', { UserPoolId, Identifier: 'short-lived' });
  assert.deepEqual(
    (await update(ClientId, { ...CODE, ...scopes })).AllowedOAuthScopes,
    scopes.AllowedOAuthScopes,
  );
  await refusal(newClient({ ...CODE, ...scopes }), 'ScopeDoesNotExistException');
});

test('HUI-30 USR-244 an update returns what it leaves out to its default', async () => {
  const { ClientId } = await newClient({
    ...CODE,
    RefreshTokenValidity: 5,
    AccessTokenValidity: 10,
    TokenValidityUnits: { AccessToken: 'minutes' },
    ReadAttributes: ['email'],
    WriteAttributes: ['email'],
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    LogoutURLs: ['https://app.test/out'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    AuthSessionValidity: 15,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
  });
  await update(ClientId);
  const { CreationDate, LastModifiedDate, ...client } = given(await described(ClientId));
  assert.deepEqual(client, {
    UserPoolId,
    ClientId,
    ClientName: 'app',
    RefreshTokenValidity: 30,
    AllowedOAuthFlowsUserPoolClient: false,
    PreventUserExistenceErrors: 'LEGACY',
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
  });
});

test('HUI-31 a description holds every setting and both dates', async () => {
  const settings = {
    ...CODE,
    ClientName: 'Every setting',
    DefaultRedirectURI: CODE.CallbackURLs[0],
    LogoutURLs: ['https://app.test/out'],
    RefreshTokenValidity: 10,
    AccessTokenValidity: 30,
    IdTokenValidity: 2,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'days' },
    ReadAttributes: ['email', 'custom:plan'],
    WriteAttributes: ['email'],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 10,
    AnalyticsConfiguration: { ApplicationId: '0123456789abcdef0123456789abcdef', UserDataShared: false },
    RefreshTokenRotation: { Feature: 'DISABLED', RetryGracePeriodSeconds: 0 },
  };
  const { ClientId } = await newClient(settings);
  api.clock.at += 1234;
  await update(ClientId, settings);
  const { CreationDate, LastModifiedDate, ...client } = given(await described(ClientId));
  assert.deepEqual(client, { ...settings, UserPoolId, ClientId });
  assert.equal((LastModifiedDate as Date).getTime() - (CreationDate as Date).getTime(), 1234);
});

test('sign-in flows: one generation of values, and rotation in place of the refresh flow', async () => {
  await refusal(
    newClient({ ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH', 'ALLOW_USER_SRP_AUTH'] }),
    'InvalidParameterException',
    /cannot mix/,
  );
  await refusal(
    newClient({
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED' },
    }),
    'InvalidParameterException',
    /rotation/,
  );
  await refusal(
    newClient({ ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTHENTICATION'] }),
    'InvalidParameterException',
  );
  for (const AuthSessionValidity of [2, 16])
    await refusal(newClient({ AuthSessionValidity }), 'InvalidParameterException');
});

test('HUI-33 USR-245 clients are listed by pages of ids and names', async () => {
  const pool = (await api.call('CreateUserPool', { PoolName: 'Listed' })).UserPool.Id;
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const ClientName of names)
    await api.call('CreateUserPoolClient', { UserPoolId: pool, ClientName, GenerateSecret: true });
  const list = (more: object = {}) => api.call('ListUserPoolClients', { UserPoolId: pool, ...more });
  const seen: string[] = [];
  let NextToken: string | undefined;
  let pages = 0;
  do {
    const page = await list({ MaxResults: 2, NextToken });
    for (const client of page.UserPoolClients) {
      assert.deepEqual(Object.keys(client).toSorted(), ['ClientId', 'ClientName', 'UserPoolId']);
      seen.push(client.ClientName);
    }
    pages += 1;
    NextToken = page.NextToken;
  } while (NextToken);
  assert.deepEqual([seen.toSorted(), pages], [names, 3]);
  assert.equal((await list()).UserPoolClients.length, 5);
  for (const MaxResults of [0, 61]) await refusal(list({ MaxResults }), 'InvalidParameterException');
});

test('a page token is good for its own list only', async () => {
  const first = await api.call('ListUserPoolClients', { UserPoolId, MaxResults: 1 });
  const other = (await api.call('CreateUserPool', { PoolName: 'Other' })).UserPool.Id;
  const { NextToken } = first;
  const altered = `${NextToken.slice(0, -2)}${NextToken.endsWith('A') ? 'B' : 'A'}A`;
  for (const input of [
    { UserPoolId: other, NextToken },
    { UserPoolId, NextToken: altered },
    { UserPoolId, NextToken: 'eyJhbGciOiJub25lIn0' },
  ])
    await refusal(api.call('ListUserPoolClients', input), 'InvalidParameterException', /pagination token/);
  await refusal(
    api.call('ListResourceServers', { UserPoolId, NextToken }),
    'InvalidParameterException',
    /pagination token/,
  );
});

test('USR-246 a pool has a thousand clients, not one more', async () => {
  const pool = (await api.call('CreateUserPool', { PoolName: 'Full' })).UserPool.Id;
  const directory = api.service.directory.forPool(pool);
  const first = await api.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: 'first' });
  const { record } = (await directory.find('client', first.UserPoolClient.ClientId)) ?? assert.fail();
  for (let i = 2; i < 1000; i++) await directory.create('client', `${pool}-${i}`, record);
  assert.ok(await api.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: 'thousandth' }));
  await refusal(
    api.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: 'too many' }),
    'LimitExceededException',
  );
});

test('a client of another pool is not there, and ids are unique over all pools', async () => {
  const { ClientId } = await newClient();
  const other = (await api.call('CreateUserPool', { PoolName: 'Other' })).UserPool.Id;
  const input = { UserPoolId: other, ClientId };
  for (const operation of ['DescribeUserPoolClient', 'UpdateUserPoolClient', 'DeleteUserPoolClient'])
    await refusal(api.call(operation, input), 'ResourceNotFoundException');
  await refusal(
    api.call(
      'CreateUserPoolClient',
      { UserPoolId: other, ClientName: 'x' },
      { fixed: { clientId: ClientId } },
    ),
    'InvalidParameterException',
    /exists already/,
  );
});

test('ids and secrets that a caller in process fixes are used', async () => {
  const fixed = { clientId: 'demo', clientSecret: 'a fixed secret' };
  const input = { UserPoolId, ClientName: 'demo', GenerateSecret: true };
  const { UserPoolClient } = await api.call('CreateUserPoolClient', input, { fixed });
  assert.deepEqual([UserPoolClient.ClientId, UserPoolClient.ClientSecret], ['demo', 'a fixed secret']);
});
