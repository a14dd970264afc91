import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { AuditEvent, AuditOrigin } from '../audit.ts';
import { auditEntry } from '../audit-entry.ts';
import { HIDDEN } from '../log.ts';
import { callOperation } from './call-operation.ts';
import { openTestService, REGION, type TestService } from './testing/open-service.ts';
import { userPoolOperations } from './user-pools/index.ts';

const from = {
  accessKey: 'FOYERTESTKEY00000001',
  requestId: 'r1',
  address: '192.0.2.7',
  userAgent: 'a program',
};
const caller = { region: REGION, ...from };
/** What is written: members that are undefined are not. */
const entryOf = (event: AuditEvent & AuditOrigin): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify(auditEntry(event, { region: 'us-east-1', accountId: '123456789012' }, Date.now())),
  );

let api: TestService;
let events: (AuditEvent & AuditOrigin)[];
let call: (name: string, input: object, as?: object) => ReturnType<typeof callOperation>;
beforeEach(async () => {
  events = [];
  api = await openTestService();
  const service = { ...api.service, audit: (event: AuditEvent & AuditOrigin) => void events.push(event) };
  call = (name, input, as = caller) => callOperation(service, name, input, { ...caller, ...as });
});

const summary = ({ operation, outcome, reason }: AuditEvent) => [operation, outcome, reason];

test('a call is on record with who made it, from where, what it made and how it ended', async () => {
  const { UserPool } = await call('CreateUserPool', { PoolName: 'Acme' });
  const UserPoolId: string = UserPool.Id;
  const made = await call('CreateUserPoolClient', { UserPoolId, ClientName: 'app', GenerateSecret: true });
  const ClientId: string = made['UserPoolClient'].ClientId;
  await assert.rejects(call('DeleteUserPoolClient', { UserPoolId, ClientId: 'nobody' }));
  await call('DescribeUserPool', { UserPoolId });
  assert.deepEqual(
    events.map(({ event, operation, outcome, reason, readOnly, pool, client }) => [
      event,
      operation,
      outcome,
      reason,
      readOnly,
      pool,
      client,
    ]),
    [
      ['api-call', 'CreateUserPool', 'success', undefined, undefined, UserPoolId, undefined],
      ['api-call', 'CreateUserPoolClient', 'success', undefined, undefined, UserPoolId, ClientId],
      [
        'api-call',
        'DeleteUserPoolClient',
        'refused',
        'ResourceNotFoundException',
        undefined,
        UserPoolId,
        undefined,
      ],
      ['api-call', 'DescribeUserPool', 'success', undefined, true, UserPoolId, undefined],
    ],
  );
  for (const { accessKey, requestId, address, userAgent } of events)
    assert.deepEqual({ accessKey, requestId, address, userAgent }, from);
});

test('OPS-140 OPS-143 an entry has the members of the service’s own log, and what was sent and answered', async () => {
  const made = await call('CreateUserPool', { PoolName: 'Acme', MfaConfiguration: 'OFF' });
  const UserPoolId: string = made['UserPool'].Id;
  const app = await call('CreateUserPoolClient', { UserPoolId, ClientName: 'app', GenerateSecret: true });
  await call('DescribeUserPool', { UserPoolId });
  const [, client, read] = events.map(entryOf);
  const { eventID, eventTime, responseElements, ...entry } = client ?? {};
  assert.match(String(eventID), /^[0-9a-f-]{36}$/);
  assert.match(String(eventTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const { userPoolClient } = responseElements as { userPoolClient: Record<string, unknown> };
  assert.equal(userPoolClient['clientName'], 'app');
  assert.equal(userPoolClient['clientSecret'], HIDDEN);
  assert.deepEqual(entry, {
    eventVersion: '1.08',
    userIdentity: {
      type: 'IAMUser',
      principalId: caller.accessKey,
      arn: `arn:aws:iam::123456789012:user/${caller.accessKey}`,
      accountId: '123456789012',
      accessKeyId: caller.accessKey,
      userName: caller.accessKey,
    },
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: 'CreateUserPoolClient',
    awsRegion: REGION,
    sourceIPAddress: '192.0.2.7',
    userAgent: 'a program',
    requestParameters: { userPoolId: UserPoolId, clientName: 'app', generateSecret: true },
    additionalEventData: { userPoolId: UserPoolId, clientId: app['UserPoolClient'].ClientId },
    requestID: 'r1',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: '123456789012',
    outcome: 'success',
  });
  assert.deepEqual([read?.['readOnly'], read?.['responseElements']], [true, null]);
});

test('OPS-145 a refused call is on record with its code and text, without what was typed', async () => {
  const { UserPool } = await call('CreateUserPool', { PoolName: 'Acme' });
  const user = { UserPoolId: UserPool.Id, Username: 'maria@example.com' };
  await call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS', TemporaryPassword: 'Secret-12345' });
  await call('AdminSetUserPassword', { ...user, Password: 'Secret-12345', Permanent: true });
  await assert.rejects(call('AdminCreateUser', { ...user, MessageAction: 'RESEND' }), /maria@example\.com/);
  await assert.rejects(call('AdminGetUser', { ...user, UserPoolId: 'x' }));
  const [, , , resent, wrong] = events.map(entryOf);
  assert.deepEqual(
    [resent?.['errorCode'], resent?.['errorMessage'], resent?.['responseElements']],
    [
      'UnsupportedUserStateException',
      `Resend not possible. ${HIDDEN} status is not FORCE_CHANGE_PASSWORD`,
      null,
    ],
  );
  assert.equal(wrong?.['errorCode'], 'InvalidParameterException');
  assert.match(String(wrong?.['errorMessage']), /^\d validation errors? detected: Value 'x' at 'userPoolId'/);
  assert.doesNotMatch(JSON.stringify(events), /maria|Secret-12345/);
});

test('the account that a call is about is named by its id, also when the call makes or deletes it', async () => {
  const { UserPool } = await call('CreateUserPool', { PoolName: 'Acme' });
  const user = { UserPoolId: UserPool.Id, Username: 'maria' };
  await call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' });
  await call('AdminDisableUser', user);
  await call('AdminDeleteUser', user);
  await assert.rejects(call('AdminDeleteUser', user));
  const [, created, disabled, deleted, missing] = events;
  assert.match(created?.account ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(disabled?.account, created?.account);
  assert.equal(deleted?.account, created?.account);
  assert.deepEqual([missing?.account, missing?.reason], [undefined, 'UserNotFoundException']);
});

test('an input of the wrong types is on record, without what it held', async () => {
  await assert.rejects(call('CreateUserPool', { PoolName: 5 }));
  await assert.rejects(
    call('AdminSetUserPassword', { UserPoolId: 7, Username: ['a'], Password: 'Secret-12345' }),
  );
  assert.deepEqual(events.map(summary), [
    ['CreateUserPool', 'refused', 'SerializationException'],
    ['AdminSetUserPassword', 'refused', 'SerializationException'],
  ]);
  assert.doesNotMatch(JSON.stringify(events), /Secret-12345/);
});

test('what the process itself changes is on record, what it reads is not', async () => {
  await call('CreateUserPool', { PoolName: 'Acme' }, { accessKey: 'process' });
  await call('ListUserPools', { MaxResults: 5 }, { accessKey: 'process' });
  assert.deepEqual(events.map(summary), [['CreateUserPool', 'success', undefined]]);
});

test('every operation leaves one entry for each call, whoever makes it', async () => {
  const signed = new Set(userPoolOperations.filter(({ access }) => access === 'signed'));
  for (const operation of userPoolOperations) {
    const { name } = operation;
    events = [];
    const as = signed.has(operation) ? {} : { accessKey: undefined };
    // Whatever the operation wants, a pool and a client of such names do not exist.
    await call(name, { UserPoolId: `${REGION}_Nobody`, ClientId: 'nobody' }, as).catch(() => undefined);
    // Of public calls the account is looked for beside the answer.
    while (events.length === 0) await setImmediate();
    await setImmediate();
    const told = events.map(({ event, operation, accessKey }) => [event, operation, accessKey]);
    assert.deepEqual(told, [['api-call', name, signed.has(operation) ? caller.accessKey : undefined]]);
  }
  for (const listed of LISTED)
    assert.ok(
      userPoolOperations.some(({ name }) => name === listed),
      listed,
    );
});

/** The operations of user pools that the service's documentation says to log. */
const LISTED = [
  'AddCustomAttributes',
  'CreateUserImportJob',
  'CreateUserPool',
  'CreateUserPoolClient',
  'DeleteUserPool',
  'DeleteUserPoolClient',
  'DescribeUserImportJob',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'GetCSVHeader',
  'ListUserImportJobs',
  'ListUserPoolClients',
  'ListUserPools',
  'StartUserImportJob',
  'StopUserImportJob',
  'UpdateUserPool',
  'UpdateUserPoolClient',
];
