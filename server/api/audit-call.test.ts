import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { AuditEvent, AuditOrigin } from '../audit.ts';
import { callOperation } from './call-operation.ts';
import { openTestService, REGION, type TestService } from './testing/open-service.ts';

const caller = { region: REGION, requestId: 'r1', accessKey: 'FOYERTESTKEY00000001', address: '192.0.2.7' };
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
  const from = { accessKey: caller.accessKey, requestId: 'r1', address: '192.0.2.7', event: 'api-call' };
  const unnamed = { account: undefined, reason: undefined };
  assert.deepEqual(events, [
    { ...from, ...unnamed, operation: 'CreateUserPool', outcome: 'success', pool: UserPoolId },
    {
      ...from,
      ...unnamed,
      operation: 'CreateUserPoolClient',
      outcome: 'success',
      pool: UserPoolId,
      client: ClientId,
    },
    {
      ...from,
      ...unnamed,
      operation: 'DeleteUserPoolClient',
      outcome: 'refused',
      reason: 'ResourceNotFoundException',
      pool: UserPoolId,
      client: 'nobody',
    },
    {
      ...from,
      ...unnamed,
      operation: 'DescribeUserPool',
      outcome: 'success',
      readOnly: true,
      pool: UserPoolId,
    },
  ]);
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
