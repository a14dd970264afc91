/**
 * Every signed operation many times at the same moment, at two processes: each call is done or refused by a name that
 * it may give, what can exist once exists once, and nothing is a fault of ours. Races of people are beside this.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USER_POOLS } from '../../server/api/model/models.ts';
import type { Operation } from '../../server/api/operation.ts';
import { userPoolOperations } from '../../server/api/user-pools/index.ts';
import { fittingInput } from '../bad-input/fitting.ts';
import { type ApiAnswer, callApi } from '../signed-call.ts';
import { storyPool } from '../story-pool.ts';
import { atOnce, startTwoProcesses } from './two-processes.ts';

const service = await startTwoProcesses(storyPool());
const [one] = service.foyers;
const keys = { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey };
let sent = 0;
const call = (operation: string, input: object) =>
  callApi(service.foyers[sent++ % 2]?.url ?? '', operation, input, { keys });
const done = async (operation: string, input: object) => {
  const answer = await call(operation, input);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const signed: readonly Operation[] = userPoolOperations.filter(({ access }) => access === 'signed');

let stages = 0;
/** A pool with one of everything that an operation can be about. */
async function openStage() {
  const name = `stage${stages++}`;
  const { UserPool } = await done('CreateUserPool', { PoolName: name, AutoVerifiedAttributes: ['email'] });
  const UserPoolId: string = UserPool.Id;
  const made = await done('CreateUserPoolClient', { UserPoolId, ClientName: 'app', GenerateSecret: true });
  const facts = {
    UserPoolId,
    ClientId: made.UserPoolClient.ClientId as string,
    Username: 'maria',
    GroupName: 'editors',
    Identifier: 'orders',
    Domain: name,
    PoolName: name,
    Name: 'nickname',
    ProviderName: 'Cognito',
    ResourceArn: UserPool.Arn as string,
    Password: 'Correct-Horse-7',
    CustomAttributes: [{ Name: 'team', AttributeDataType: 'String' }],
    UserAttributes: [{ Name: 'nickname', Value: 'Mimi' }],
    UserAttributeNames: ['nickname'],
    Tags: { stage: 'test' },
    TagKeys: ['stage'],
    Scopes: [],
    MaxResults: 10,
  };
  await done('AdminCreateUser', { UserPoolId, Username: 'maria', MessageAction: 'SUPPRESS' });
  await done('CreateGroup', { UserPoolId, GroupName: 'editors' });
  await done('CreateResourceServer', { UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes: [] });
  await done('CreateUserPoolDomain', { UserPoolId, Domain: name });
  return facts;
}

const COMMON = ['TooManyRequestsException', 'ConcurrentModificationException'];
function told(operation: string, { status, type, message }: ApiAnswer): string {
  if (status === 200) return 'done';
  const allowed = [...(USER_POOLS.operations[operation]?.errors ?? []), ...COMMON];
  assert.ok(
    status === 400 && allowed.includes(type) && type !== 'InternalErrorException',
    `${operation}: ${status} ${type} ${message}`,
  );
  return type;
}
const noFaults = () =>
  assert.deepEqual(
    service.foyers.flatMap((foyer) => foyer.log().filter((line) => /"level":"(error|fatal)"/.test(line))),
    [],
  );

test('each operation ten times at the same moment is done or refused by its name', async () => {
  const facts = await openStage();
  // What deletes comes last, and the pool at the very end.
  const late = ({ name }: Operation) => (name === 'DeleteUserPool' ? 2 : /Delete|Revoke/.test(name) ? 1 : 0);
  const succeeded: string[] = [];
  for (const { name } of signed.toSorted((a, b) => late(a) - late(b))) {
    const input = fittingInput(name, name === 'CreateUserPool' ? { PoolName: 'Raced' } : facts);
    const answers = await atOnce(10, () => call(name, input));
    if (answers.map((answer) => told(name, answer)).includes('done')) succeeded.push(name);
  }
  noFaults();
  // The others need what no stage has: a running import, tracked sessions, features that Foyer lacks.
  assert.ok(succeeded.length > signed.length / 2, succeeded.join());
});

test('every two operations at the same moment leave no fault, also where one takes away what the other needs', async () => {
  const removing = [
    'AdminDeleteUser',
    'DeleteGroup',
    'DeleteUserPoolClient',
    'DeleteResourceServer',
    'DeleteUserPool',
  ];
  for (const remove of removing) {
    const facts = await openStage();
    const others = signed.filter(({ name }) => name !== 'CreateUserPool' && !/^Delete/.test(name));
    const answers = await Promise.all(
      [...others, ...others].map(async ({ name }, index) => {
        // Somewhere in the middle of the others.
        if (index === others.length) await call(remove, fittingInput(remove, facts));
        return { name, answer: await call(name, fittingInput(name, facts)) };
      }),
    );
    for (const { name, answer } of answers) told(name, answer);
  }
  noFaults();
});

test('of twenty that make the same thing at the same moment one makes it', async () => {
  const { UserPoolId } = await openStage();
  const making: [operation: string, input: object][] = [
    ['AdminCreateUser', { UserPoolId, Username: 'once', MessageAction: 'SUPPRESS' }],
    ['CreateGroup', { UserPoolId, GroupName: 'once' }],
    ['CreateResourceServer', { UserPoolId, Identifier: 'once', Name: 'Once', Scopes: [] }],
    [
      'AddCustomAttributes',
      { UserPoolId, CustomAttributes: [{ Name: 'once', AttributeDataType: 'String' }] },
    ],
  ];
  for (const [operation, input] of making) {
    const answers = (await atOnce(20, () => call(operation, input))).map((answer) => told(operation, answer));
    assert.equal(answers.filter((answer) => answer === 'done').length, 1, `${operation}: ${answers}`);
  }
  noFaults();
});

test('a domain that two pools want at the same moment is one pool’s', async () => {
  for (let round = 0; round < 5; round++) {
    const pools = await Promise.all(
      ['a', 'b'].map(async (PoolName) => (await done('CreateUserPool', { PoolName })).UserPool.Id as string),
    );
    const Domain = `wanted${round}`;
    const owners = await atOnce(20, async (index) => {
      const UserPoolId = pools[index % 2];
      const answer = await call('CreateUserPoolDomain', { UserPoolId, Domain });
      return told('CreateUserPoolDomain', answer) === 'done' ? UserPoolId : undefined;
    });
    const { DomainDescription } = await done('DescribeUserPoolDomain', { Domain });
    // A pool that asks twice may hear twice that it has it.
    assert.deepEqual([...new Set(owners.filter(Boolean))], [DomainDescription.UserPoolId]);
  }
  noFaults();
});

test('OPS-128 twenty at the same moment do not get past a limit', async () => {
  const { UserPoolId } = await openStage();
  const server = (index: number) =>
    call('CreateResourceServer', { UserPoolId, Identifier: `r${index}`, Name: 'r', Scopes: [] });
  const answers = await atOnce(40, server);
  for (const answer of answers) told('CreateResourceServer', answer);
  const { ResourceServers } = await done('ListResourceServers', { UserPoolId, MaxResults: 50 });
  assert.ok(ResourceServers.length <= 25, `${ResourceServers.length} are there`);
});
