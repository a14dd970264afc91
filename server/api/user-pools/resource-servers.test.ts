/** Operations on resource servers, called in process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newService } from '../testing/new-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const invalid = 'InvalidParameterException';
const newPool = async (): Promise<string> =>
  (await api.call('CreateUserPool', { PoolName: 'Acme' })).UserPool.Id;
const UserPoolId = await newPool();
const scope = (ScopeName: string, ScopeDescription = 'What it allows') => ({ ScopeName, ScopeDescription });
const create = async (Identifier: string | undefined, more: object = {}) =>
  (await api.call('CreateResourceServer', { UserPoolId, Identifier, Name: 'Photos', ...more }))
    .ResourceServer;
const described = async (Identifier: string) =>
  (await api.call('DescribeResourceServer', { UserPoolId, Identifier })).ResourceServer;

test('HUI-81 a server needs a name and an identifier, a scope a name and a description', async () => {
  const server = await create('photos', { Scopes: [scope('read')] });
  assert.deepEqual(server, { UserPoolId, Identifier: 'photos', Name: 'Photos', Scopes: [scope('read')] });
  assert.deepEqual(await described('photos'), server);
  await refusal(create('a', { Name: undefined }), invalid, /Value null at 'name'/);
  await refusal(create(undefined), invalid, /Value null at 'identifier'/);
  await refusal(
    create('a', { Scopes: [{ ScopeName: 'read' }] }),
    invalid,
    /'scopes\.1\.member\.scopeDescription'/,
  );
  await refusal(create('a', { Scopes: [scope('read', '')] }), invalid);
  await refusal(create('a', { Scopes: [scope('')] }), invalid);
});

test('HUI-82 an identifier is taken once in a pool, and free in another', async () => {
  await create('unique');
  await refusal(create('unique'), invalid, /already exists/);
  assert.ok(await create('unique', { UserPoolId: await newPool() }));
});

test('HUI-83 no slash, space, quote or backslash in the name of a scope, and no name twice', async () => {
  for (const name of ['a/b', 'a b', 'a"b', 'a\\b', 'ä'])
    await refusal(create('chars', { Scopes: [scope(name)] }), invalid, /'scopes\.1\.member\.scopeName'/);
  await refusal(create('chars', { Scopes: [scope('a'), scope('a')] }), invalid, /more than once/);
  assert.ok(await create('chars', { Scopes: [scope('photos.read-1:all')] }));
});

test('HUI-84 a URL may be an identifier, and its scopes go to clients as <url>/<scope>', async () => {
  const Identifier = 'https://photos.test/v1';
  await create(Identifier, { Scopes: [scope('read')] });
  const { UserPoolClient } = await api.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'app',
    AllowedOAuthScopes: [`${Identifier}/read`],
  });
  assert.deepEqual(UserPoolClient.AllowedOAuthScopes, [`${Identifier}/read`]);
});

test('HUI-86 an update replaces name and all scopes', async () => {
  await create('replaced', { Scopes: [scope('a'), scope('b')] });
  const input = { UserPoolId, Identifier: 'replaced', Name: 'New name', Scopes: [scope('c')] };
  const { ResourceServer } = await api.call('UpdateResourceServer', input);
  assert.deepEqual([ResourceServer.Name, ResourceServer.Scopes], ['New name', [scope('c')]]);
  assert.deepEqual(await described('replaced'), ResourceServer);
  await api.call('UpdateResourceServer', { ...input, Scopes: undefined });
  assert.deepEqual((await described('replaced')).Scopes, []);
});

test('HUI-87 deleting a server leaves clients as they are', async () => {
  await create('deleted', { Scopes: [scope('x')] });
  const client = { UserPoolId, ClientName: 'app', AllowedOAuthScopes: ['openid', 'deleted/x'] };
  const { ClientId } = (await api.call('CreateUserPoolClient', client)).UserPoolClient;
  await api.call('DeleteResourceServer', { UserPoolId, Identifier: 'deleted' });
  const { UserPoolClient } = await api.call('DescribeUserPoolClient', { UserPoolId, ClientId });
  assert.deepEqual(UserPoolClient.AllowedOAuthScopes, ['openid', 'deleted/x']);
  const gone = 'Resource server deleted does not exist.';
  for (const operation of ['DescribeResourceServer', 'DeleteResourceServer', 'UpdateResourceServer'])
    await refusal(
      api.call(operation, { UserPoolId, Identifier: 'deleted', Name: 'x' }),
      'ResourceNotFoundException',
      gone,
    );
});

test('HUI-88 servers are listed by pages of 1 to 50', async () => {
  const pool = await newPool();
  for (const name of ['a', 'b', 'c']) await create(name, { UserPoolId: pool });
  const list = (more: object = {}) => api.call('ListResourceServers', { UserPoolId: pool, ...more });
  const first = await list({ MaxResults: 2 });
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  const identifiers = [...first.ResourceServers, ...second.ResourceServers].map(
    ({ Identifier }) => Identifier,
  );
  assert.deepEqual([identifiers, second.NextToken], [['a', 'b', 'c'], undefined]);
  assert.equal((await list({ MaxResults: 50 })).ResourceServers.length, 3);
  for (const MaxResults of [0, 51]) await refusal(list({ MaxResults }), invalid, /'maxResults'/);
});

test('HUI-89 USR-254 a pool has 25 servers, a server 100 scopes, and not one more', async () => {
  const pool = await newPool();
  const scopes = (count: number) => Array.from({ length: count }, (_, i) => scope(`s${i}`));
  assert.equal((await create('full', { UserPoolId: pool, Scopes: scopes(100) })).Scopes.length, 100);
  await refusal(create('fuller', { UserPoolId: pool, Scopes: scopes(101) }), invalid);
  for (let i = 2; i <= 25; i++) await create(`server-${i}`, { UserPoolId: pool });
  await refusal(create('server-26', { UserPoolId: pool }), 'LimitExceededException');
  assert.equal((await api.call('ListResourceServers', { UserPoolId: pool })).ResourceServers.length, 25);
});
