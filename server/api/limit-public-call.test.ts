import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal } from '../errors.ts';
import { SERVICE_RATES } from '../settings/rates.ts';
import { limitCall } from './limit-call.ts';
import { openTestService, type TestService } from './testing/open-service.ts';

let api: TestService;
before(async () => {
  api = await openTestService();
  api.service.settings.rates = SERVICE_RATES;
});
after(() => api.stores.close());

async function newPool(): Promise<{ UserPoolId: string; ClientId: string }> {
  const { UserPool } = await api.call('CreateUserPool', { PoolName: 'People' });
  const named = { UserPoolId: UserPool.Id, ClientName: 'Application' };
  const { UserPoolClient } = await api.call('CreateUserPoolClient', named);
  return { UserPoolId: UserPool.Id, ClientId: UserPoolClient.ClientId };
}

/** Whether the next call of an application may come in this second. */
async function goesThrough(input: unknown, operation = 'SignUp'): Promise<boolean> {
  try {
    await limitCall(api.service, operation, input);
    return true;
  } catch (error) {
    assert.ok(error instanceof Refusal && error.reason === 'too-many-requests', String(error));
    return false;
  }
}

test('USR-256 what an application calls by its client counts for the pool of that client, and no other', async () => {
  const one = await newPool();
  const two = await newPool();
  const input = { ClientId: one.ClientId, Username: 'maria' };
  for (let i = 0; i < SERVICE_RATES['user-authentication']; i++) assert.ok(await goesThrough(input));
  assert.equal(await goesThrough(input, 'ForgotPassword'), false);
  assert.equal(await goesThrough({ ...input, UserPoolId: one.UserPoolId }), false);
  assert.ok(await goesThrough({ ClientId: two.ClientId }));
});

/** The rate of the service's own table, row by row: each of its operations, and how many of them in a second. */
const TABLE: [operations: string[], rate: number][] = [
  [['AdminInitiateAuth'], 20],
  [['AdminRespondToAuthChallenge'], 20],
  [['AdminAddUserToGroup', 'AdminRemoveUserFromGroup', 'AdminListGroupsForUser'], 10],
  [['SignUp', 'InitiateAuth', 'ForgotPassword', 'RespondToAuthChallenge', 'ConfirmSignUp'], 10],
  [
    [
      ...['CreateUserPool', 'UpdateUserPoolClient', 'CreateUserImportJob', 'DeleteUserPoolDomain'],
      ...['UpdateIdentityProvider', 'DeleteResourceServer'],
    ],
    1,
  ],
  [['DescribeUserPool', 'DescribeUserPoolClient', 'DescribeUserImportJob', 'DescribeUserPoolDomain'], 5],
  [['ListUserPools', 'ListUserPoolClients', 'ListUserImportJobs', 'ListUsers'], 5],
  [['SetUICustomization', 'AddCustomAttributes'], 1],
  [['AdminGetUser', 'AdminCreateUser', 'AdminUserGlobalSignOut'], 5],
];

test('OPS-129 OPS-130 OPS-132 OPS-133 OPS-134 each row of the service’s table has its rate, which its operations share', async () => {
  const { UserPoolId } = await newPool();
  for (const [operations, rate] of TABLE) {
    for (let i = 0; i < rate; i++)
      assert.ok(await goesThrough({ UserPoolId }, operations[i % operations.length]), operations[0]);
    for (const operation of operations) assert.equal(await goesThrough({ UserPoolId }, operation), false);
  }
  for (let i = 0; i < 50; i++) assert.ok(await goesThrough({ UserPoolId }, 'GetCSVHeader'));
});

test('SEC-264 OPS-131 an application that signs people in too often is refused until the second is over', async () => {
  const { ClientId } = await newPool();
  api.clock.at += 1000;
  for (let i = 0; i < 10; i++) assert.ok(await goesThrough({ ClientId }, 'InitiateAuth'));
  assert.equal(await goesThrough({ ClientId }, 'InitiateAuth'), false);
  api.clock.at += 1000;
  assert.ok(await goesThrough({ ClientId }, 'InitiateAuth'));
});

test('calls by clients that do not exist use up no pool’s rate', async () => {
  const { ClientId } = await newPool();
  api.clock.at += 1000;
  for (const unknown of ['nobodysclient', 'no client', 7, null, '__proto__'])
    for (let i = 0; i < 5; i++) await goesThrough({ ClientId: unknown });
  assert.equal(await goesThrough({ ClientId: 'nobodysclient' }), false);
  assert.ok(await goesThrough({ ClientId }));
});
