/** Operations on groups, called in process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newService } from '../testing/new-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const invalid = 'InvalidParameterException';
const notFound = 'ResourceNotFoundException';
const ROLE = 'arn:aws:iam::123456789012:role/staff';
const newPool = async (): Promise<string> =>
  (await api.call('CreateUserPool', { PoolName: 'Acme' })).UserPool.Id;
const UserPoolId = await newPool();
const create = async (GroupName: string, more: object = {}) =>
  (await api.call('CreateGroup', { UserPoolId, GroupName, ...more })).Group;
const person = (Username: string, more: object = {}) =>
  api.call('AdminCreateUser', { UserPoolId, Username, MessageAction: 'SUPPRESS', ...more });
const join = (Username: string, GroupName: string, more: object = {}) =>
  api.call('AdminAddUserToGroup', { UserPoolId, Username, GroupName, ...more });
const groupsOf = async (Username: string, more: object = {}) =>
  (await api.call('AdminListGroupsForUser', { UserPoolId, Username, ...more })).Groups;
const names = (groups: { GroupName: string }[]) => groups.map(({ GroupName }) => GroupName);

test('USR-84 USR-94 a group is shown alike by every operation, without what was never said of it', async () => {
  const bare = await create('bare');
  const made = new Date(api.clock.at);
  const expected = { GroupName: 'bare', UserPoolId, CreationDate: made, LastModifiedDate: made };
  const given = (group: object) =>
    Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined));
  assert.deepEqual(given(bare), expected);

  const profile = { Description: 'Who works here', RoleArn: ROLE, Precedence: 0 };
  api.clock.at += 5000;
  const { Group } = await api.call('UpdateGroup', { UserPoolId, GroupName: 'bare', ...profile });
  const updated = { ...expected, ...profile, LastModifiedDate: new Date(api.clock.at) };
  assert.deepEqual(given(Group), updated);
  assert.deepEqual(given((await api.call('GetGroup', { UserPoolId, GroupName: 'bare' })).Group), updated);
  const { Groups } = await api.call('ListGroups', { UserPoolId });
  assert.deepEqual(Groups.map(given), [updated]);
  await person('shown');
  await join('shown', 'bare');
  assert.deepEqual((await groupsOf('shown')).map(given), [updated]);
});

test('USR-86 what a group may be: no negative precedence, no name with spaces, an ARN that is one', async () => {
  await refusal(create('a', { Precedence: -1 }), invalid, /'precedence'.*greater than or equal to 0/);
  for (const Precedence of [1.5, 2 ** 31])
    await refusal(create('a', { Precedence }), 'SerializationException');
  await refusal(create('a', { RoleArn: 'arn:aws:iam::1:x' }), invalid, /'roleArn'/);
  await refusal(create('a', { RoleArn: 'a role of mine, of this length' }), invalid, /'roleArn'/);
  await refusal(create('a', { Description: 'x'.repeat(2049) }), invalid, /'description'/);
  for (const name of ['', ' ', 'a b', 'a\tb', 'a\n', 'a\u0000', 'a\u200b', '\ud800', 'x'.repeat(129)])
    await refusal(create(name), invalid, /'groupName'/);
  for (const Precedence of [0, 2 ** 31 - 1])
    assert.equal((await create(`rank-${Precedence}`, { Precedence })).Precedence, Precedence);
});

test('USR-85 a name is taken once in a pool, and free in another', async () => {
  await create('unique');
  await refusal(create('unique'), 'GroupExistsException', 'A group with the name already exists.');
  assert.ok(await create('unique', { UserPoolId: await newPool() }));
});

test('names with odd characters are told apart, and each is found under its own', async () => {
  await person('odd');
  const odd = [
    'a/b',
    'a|b',
    'a"b',
    "a'b",
    'a%2Fb',
    '../a',
    '$a',
    '*',
    '.',
    '__proto__',
    '名前',
    '\u{1F600}',
    'é',
    'e\u0301',
  ];
  for (const name of odd) {
    await create(name, { Description: name });
    await join('odd', name);
  }
  assert.deepEqual(names(await groupsOf('odd')).sort(), odd.toSorted());
  for (const name of odd) {
    const named = { UserPoolId, GroupName: name };
    assert.equal((await api.call('GetGroup', named)).Group.Description, name);
    assert.equal((await api.call('ListUsersInGroup', named)).Users.length, 1);
    await api.call('DeleteGroup', named);
    await refusal(api.call('GetGroup', named), notFound, 'Group not found.');
  }
  assert.deepEqual(await groupsOf('odd'), []);
});

test('USR-90 groups and people of another pool are not there, whatever they are called', async () => {
  await create('here');
  await person('mia');
  await join('mia', 'here');
  const elsewhere = { UserPoolId: await newPool() };
  const input = { ...elsewhere, GroupName: 'here', Username: 'mia' };
  for (const operation of ['GetGroup', 'UpdateGroup', 'DeleteGroup', 'ListUsersInGroup'])
    await refusal(api.call(operation, input), notFound, 'Group not found.');
  for (const operation of ['AdminAddUserToGroup', 'AdminRemoveUserFromGroup', 'AdminListGroupsForUser'])
    await refusal(api.call(operation, input), 'UserNotFoundException', 'User does not exist.');
  await person('mia', elsewhere);
  for (const operation of ['AdminAddUserToGroup', 'AdminRemoveUserFromGroup'])
    await refusal(api.call(operation, input), notFound, 'Group not found.');
  await create('here', elsewhere);
  assert.deepEqual(await groupsOf('mia', elsewhere), []);
  assert.deepEqual((await api.call('ListUsersInGroup', input)).Users, []);
  assert.deepEqual(names(await groupsOf('mia')), ['here']);
  const unknown = { ...input, UserPoolId: 'eu-central-1_nowhere00' };
  for (const operation of ['CreateGroup', 'ListGroups', 'AdminListGroupsForUser'])
    await refusal(api.call(operation, unknown), notFound);
});

test('USR-91 pages have 60 at most, and the token of one list is none of another', async () => {
  const pool = { UserPoolId: await newPool() };
  for (const name of ['a', 'b', 'c']) {
    await create(name, pool);
    await person(name, pool);
  }
  for (const name of ['a', 'b', 'c']) await join('a', name, pool);
  for (const name of ['b', 'c']) await join(name, 'a', pool);
  const lists = [
    ['ListGroups', {}, 'Groups'],
    ['AdminListGroupsForUser', { Username: 'a' }, 'Groups'],
    ['ListUsersInGroup', { GroupName: 'a' }, 'Users'],
  ] as const;
  const tokens: string[] = [];
  for (const [operation, what, items] of lists) {
    const list = (more: object) => api.call(operation, { ...pool, ...what, ...more });
    const first = await list({ Limit: 2 });
    const second = await list({ Limit: 2, NextToken: first.NextToken });
    assert.deepEqual([first[items].length, second[items].length], [2, 1], operation);
    assert.equal(new Set([...first[items], ...second[items]].map((item) => JSON.stringify(item))).size, 3);
    assert.equal(second.NextToken, undefined);
    assert.equal((await list({ Limit: 0 }))[items].length, 3);
    await refusal(list({ Limit: 61 }), invalid, /'limit'/);
    await refusal(list({ Limit: -1 }), invalid, /'limit'/);
    await refusal(list({ NextToken: 'made-up' }), invalid);
    for (const token of tokens) await refusal(list({ NextToken: token }), invalid);
    tokens.push(first.NextToken);
  }
  const [, , members] = tokens;
  await refusal(api.call('ListUsersInGroup', { ...pool, GroupName: 'b', NextToken: members }), invalid);
  await api.call('DeleteGroup', { ...pool, GroupName: 'a' });
  await create('a', pool);
  await refusal(api.call('ListUsersInGroup', { ...pool, GroupName: 'a', NextToken: members }), invalid);
});

test('a pool takes its groups with it when it is deleted', async () => {
  const pool = { UserPoolId: await newPool() };
  for (const name of ['a', 'b']) await create(name, pool);
  await api.call('DeleteUserPool', pool);
  assert.equal(await api.stores.directory.forPool(pool.UserPoolId).count('group'), 0);
});
