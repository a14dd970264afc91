import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AuditEvent } from '../audit.ts';
import { SERVICE_RATES } from '../settings/rates.ts';
import { USER_POOLS } from './model/models.ts';
import { rateKind } from './rate-kinds.ts';
import { openTestService, type TestService } from './testing/open-service.ts';
import { type ServedApi, serveApi } from './testing/serve-api.ts';

/** The SDK sets its clock by the first answer, which bears the real time: each call gets a client of its own. */
let api: TestService;
let http: ServedApi;
const pools: string[] = [];

before(async () => {
  api = await openTestService();
  http = await serveApi(api.service);
  for (const PoolName of ['one', 'two'])
    pools.push((await api.call('CreateUserPool', { PoolName })).UserPool.Id);
  api.service.settings.rates = SERVICE_RATES;
});
after(async () => {
  await http.close();
  await api.stores.close();
});

test('USR-256 more calls in a second than the rate says are refused as the SDK knows it, until the second is over', async () => {
  const describe = () => http.client().send(new DescribeUserPoolCommand({ UserPoolId: pools[0] }));
  const results = await Promise.allSettled(Array.from({ length: 12 }, describe));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5);
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const fault of faults) {
    assert.ok(fault instanceof TooManyRequestsException, String(fault));
    assert.equal(fault.message, 'Rate exceeded');
    assert.equal(fault.$metadata.httpStatusCode, 400);
  }
  api.clock.at += 1000;
  await describe();
});

test('rates are counted for each pool and each kind apart', async () => {
  api.clock.at += 1000;
  const describe = (index: number) =>
    http.client().send(new DescribeUserPoolCommand({ UserPoolId: pools[index] }));
  const list = () => http.client().send(new ListUserPoolsCommand({ MaxResults: 1 }));
  for (let i = 0; i < 5; i++) await describe(0);
  await assert.rejects(describe(0), TooManyRequestsException);
  await describe(1);
  for (let i = 0; i < 5; i++) await list();
  await assert.rejects(list(), TooManyRequestsException);
});

test('OPS-145 a call that is refused by its rate, or is no JSON, is on record', async () => {
  api.clock.at += 1000;
  const events: AuditEvent[] = [];
  const heard = await serveApi({ ...api.service, audit: (event) => void events.push(event) });
  try {
    const describe = () => heard.client().send(new DescribeUserPoolCommand({ UserPoolId: pools[0] }));
    for (let i = 0; i < 5; i++) await describe();
    await assert.rejects(describe(), TooManyRequestsException);
    assert.equal((await heard.post('ConfirmSignUp', '{"Username": Secret-12345')).status, 400);
  } finally {
    await heard.close();
  }
  assert.deepEqual(
    events.slice(5).map(({ operation, outcome, reason, message, pool }) => ({
      operation,
      outcome,
      reason,
      message,
      pool,
    })),
    [
      {
        operation: 'DescribeUserPool',
        outcome: 'refused',
        reason: 'TooManyRequestsException',
        message: 'Rate exceeded',
        pool: pools[0],
      },
      {
        operation: 'ConfirmSignUp',
        outcome: 'refused',
        reason: 'SerializationException',
        message: 'The request is not valid JSON in UTF-8.',
        pool: undefined,
      },
    ],
  );
});

test('a call without a signature uses up nobody’s rate', async () => {
  api.clock.at += 1000;
  const body = JSON.stringify({ UserPoolId: pools[0] });
  for (let i = 0; i < 10; i++) assert.equal((await http.post('DescribeUserPool', body)).status, 400);
  await http.client().send(new DescribeUserPoolCommand({ UserPoolId: pools[0] }));
});

test('without rates as many calls are taken as come, and what the process itself does is never counted', async () => {
  for (let i = 0; i < 5; i++) await api.call('CreateUserPool', { PoolName: `more ${i}` });
  const { rates: _, ...without } = api.service.settings;
  const free = await serveApi({ ...api.service, settings: without });
  try {
    for (let i = 0; i < 5; i++)
      await free.client().send(new CreateUserPoolCommand({ PoolName: `free ${i}` }));
  } finally {
    await free.close();
  }
});

test('every operation is of the kind that the service counts it as', () => {
  const kinds: [RegExp, string][] = [
    [/^AdminInitiateAuth$/, 'admin-initiate-auth'],
    [/^AdminRespondToAuthChallenge$/, 'admin-respond-to-auth-challenge'],
    [/^Admin(AddUserToGroup|RemoveUserFromGroup|ListGroupsForUser)$/, 'group-members'],
    [
      /^(SignUp|ConfirmSignUp|ResendConfirmationCode|InitiateAuth|RespondToAuthChallenge|(Confirm)?ForgotPassword)$/,
      'user-authentication',
    ],
    [
      /^(Create|Update|Delete)(UserPool(Client|Domain)?|UserImportJob|IdentityProvider|ResourceServer)$/,
      'configuration',
    ],
    [/^Describe(UserPool(Client|Domain)?|UserImportJob)$/, 'describe'],
    [/^List(UserPools|UserPoolClients|UserImportJobs|Users)$/, 'list'],
    [/^(SetUICustomization|AddCustomAttributes)$/, 'customization'],
    [/^Admin/, 'other-admin'],
  ];
  for (const name of Object.keys(USER_POOLS.operations))
    assert.equal(rateKind(name), kinds.find(([names]) => names.test(name))?.[1], name);
  assert.equal(rateKind('constructor'), undefined);
});
