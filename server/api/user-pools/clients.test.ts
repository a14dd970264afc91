/** App clients come and go: ids, secrets, lists, limits. Operations called in process. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findClient } from '../../configuration/find-client.ts';
import { type ClientStage, openClientStage } from '../testing/client-stage.ts';
import type { TestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

let api: TestService;
let UserPoolId: string;
let newClient: ClientStage['newClient'];
let update: ClientStage['update'];
let described: ClientStage['described'];
before(async () => {
  ({ api, UserPoolId, newClient, update, described } = await openClientStage());
});
after(() => api.stores.close());

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
