import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminAddUserToGroupCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetGroupCommand,
  ListUserPoolsCommand,
  UpdateGroupCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { hostedAt, PASSWORD, redeem, signIn, token } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

test('a pool file makes pools, domains, resource servers, clients and users with fixed ids', async () => {
  const users = [
    { username: 'mina@example.com', password: PASSWORD, attributes: { email_verified: 'true' } },
  ];
  const foyer = await startFoyer({ poolFile: storyPool({ users }) });
  const { status } = await redeem(hostedAt(foyer), await signIn(hostedAt(foyer), 'mina@example.com'));
  assert.equal(status, 200);
  const machine = await token(hostedAt(foyer), {
    grant_type: 'client_credentials',
    client_id: STORY.machineClient,
    client_secret: STORY.webSecret,
  });
  assert.equal(machine.status, 200, JSON.stringify(machine.body));
});

test('applied again it changes nothing that agrees, brings back what it names, and leaves the rest', async () => {
  const users = [
    { username: 'mina@example.com', password: PASSWORD, attributes: { email_verified: 'true' } },
  ];
  const foyer = await startFoyer({ poolFile: storyPool({ users }) });
  const api = administratorOf(foyer);
  const ids = { UserPoolId: STORY.poolId, ClientId: STORY.publicClient };
  const before = (await api.send(new DescribeUserPoolCommand({ UserPoolId: STORY.poolId }))).UserPool;
  const described = (await api.send(new DescribeUserPoolClientCommand(ids))).UserPoolClient;
  const { ClientSecret, CreationDate, LastModifiedDate, ...settings } = described ?? {};
  await api.send(
    new UpdateUserPoolClientCommand({ ...settings, ...ids, ClientName: 'Changed', AccessTokenValidity: 2 }),
  );
  const person = new AdminGetUserCommand({ UserPoolId: STORY.poolId, Username: 'mina@example.com' });
  const sub = (await api.send(person)).Username;

  await foyer.restart();

  const after = (await api.send(new DescribeUserPoolCommand({ UserPoolId: STORY.poolId }))).UserPool;
  assert.deepEqual(after?.LastModifiedDate, before?.LastModifiedDate, 'the pool was not written again');
  const client = (await api.send(new DescribeUserPoolClientCommand(ids))).UserPoolClient;
  assert.equal(client?.ClientName, 'Public', 'what the file names has the value of the file');
  assert.equal(client?.AccessTokenValidity, 2, 'what it does not name is left alone');
  assert.equal((await api.send(person)).Username, sub, 'the person is the same');
});

test('groups and who is in them are brought back at each start, and nobody is taken out of another', async () => {
  const mina = { username: 'mina@example.com', password: PASSWORD, groups: ['staff', 'readers'] };
  const groups = [
    { GroupName: 'staff', Precedence: 0 },
    { GroupName: 'readers', Description: 'Who may read' },
  ];
  const foyer = await startFoyer({ poolFile: storyPool({ users: [mina], groups }) });
  const api = administratorOf(foyer);
  const { UserPoolId, Username } = { UserPoolId: STORY.poolId, Username: mina.username };
  const of = (GroupName: string) => ({ UserPoolId, GroupName });
  const joined = async () => {
    const { Groups = [] } = await api.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
    return Groups.map(({ GroupName }) => GroupName);
  };
  assert.deepEqual(await joined(), ['readers', 'staff']);
  const { Group } = await api.send(new GetGroupCommand(of('staff')));

  await api.send(new CreateGroupCommand(of('other')));
  await api.send(new AdminAddUserToGroupCommand({ ...of('other'), Username }));
  await api.send(new AdminRemoveUserFromGroupCommand({ ...of('staff'), Username }));
  await api.send(new UpdateGroupCommand({ ...of('readers'), Description: 'Changed', Precedence: 5 }));
  await foyer.restart();
  assert.deepEqual(await joined(), ['other', 'readers', 'staff']);
  assert.deepEqual((await api.send(new GetGroupCommand(of('staff')))).Group, Group, 'not written again');
  const readers = (await api.send(new GetGroupCommand(of('readers')))).Group;
  assert.deepEqual([readers?.Description, readers?.Precedence], ['Who may read', 5]);

  const unknown = storyPool({ users: [{ ...mina, groups: ['nowhere'] }], groups });
  await assert.rejects(
    startFoyer({ beside: foyer, poolFile: unknown }),
    /pools\.0\.users\.0: Group not found/,
  );
});

test('a file with faults stops the start, names every fault and changes nothing', async () => {
  const foyer = await startFoyer();
  const faulty = storyPool({ domain: 'aws-story' });
  const pool = faulty.pools[0];
  assert.ok(pool);
  pool.clients.push({ settings: { ClientName: 'Odd', CallbackURLs: ['http://evil.example/#x'] } } as never);
  pool.resourceServers.push({ Identifier: 'no scopes here', Name: '' } as never);
  await assert.rejects(startFoyer({ beside: foyer, poolFile: faulty }), (error: Error) => {
    assert.match(error.message, /pools\.0\.domain: /);
    assert.match(error.message, /pools\.0\.clients\.3: /);
    assert.match(error.message, /pools\.0\.resourceServers\.1: /);
    return true;
  });
  const { UserPools } = await administratorOf(foyer).send(new ListUserPoolsCommand({ MaxResults: 10 }));
  assert.deepEqual(UserPools, []);
});

test('a file that contradicts what can never change is refused before anything is written', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const changed = storyPool();
  const pool = changed.pools[0];
  assert.ok(pool);
  pool.settings.UsernameAttributes = ['phone_number'];
  pool.settings.PoolName = 'Renamed';
  await assert.rejects(
    startFoyer({ beside: foyer, poolFile: changed }),
    /UsernameAttributes: cannot be changed once the pool exists/,
  );
  const { UserPool } = await administratorOf(foyer).send(
    new DescribeUserPoolCommand({ UserPoolId: STORY.poolId }),
  );
  assert.equal(UserPool?.Name, 'Stories');
});

test('several processes that start at once with the same file all come up, and make everything once', async () => {
  const first = await startFoyer();
  const beside = { beside: first, poolFile: storyPool() };
  const [second] = await Promise.all([startFoyer(beside), startFoyer(beside), startFoyer(beside)]);
  const { UserPools } = await administratorOf(second).send(new ListUserPoolsCommand({ MaxResults: 10 }));
  assert.deepEqual(
    UserPools?.map((pool) => pool.Id),
    [STORY.poolId],
  );
});
