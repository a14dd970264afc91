import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import { fiftyAtOnce } from '#adapters/testing/fifty-at-once.ts';
import { Refusal } from '../../errors.ts';
import { deleteUser } from '../administration/delete-user.ts';
import { disableUser } from '../administration/disable-user.ts';
import { openTestPool, type TestPool } from '../testing/open-pool.ts';
import { refused } from '../testing/people.ts';
import { createAccount } from '../write-account.ts';
import { addToGroup } from './add-to-group.ts';
import { createGroup } from './create-group.ts';
import { deleteGroup } from './delete-group.ts';
import { findGroup } from './find-group.ts';
import { groupsOf } from './groups-of.ts';
import { listGroups } from './list-groups.ts';
import { listGroupsOfUser } from './list-groups-of-user.ts';
import { listMembers } from './list-members.ts';
import { removeFromGroup } from './remove-from-group.ts';
import { updateGroup } from './update-group.ts';

const ROLE = 'arn:aws:iam::123456789012:role/staff';
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
});
afterEach(() => pool.close());

let made = 0;
const person = (username: string): Promise<Account> =>
  createAccount(pool, {
    id: `id-${String(made++).padStart(4, '0')}`,
    username,
    attributes: {},
    status: 'CONFIRMED',
  });
const add = (username: string, group: string) => addToGroup(pool, { username, group });
const leave = (username: string, group: string) => removeFromGroup(pool, { username, group });
const membersOf = async (group: string) =>
  (await listMembers(pool, { group })).accounts.map(({ username }) => username);
const groupsOfUser = async (username: string) =>
  (await listGroupsOfUser(pool, { username })).groups.map(({ name }) => name);
/** How often a verb of the directory was asked for. */
function countedDirectory() {
  const asked: string[] = [];
  const directory = new Proxy(pool.directory, {
    get(store, verb) {
      asked.push(String(verb));
      return Reflect.get(store, verb);
    },
  });
  return { asked, directory };
}

test('USR-84 USR-86 a group needs a name only, and keeps what is said of it', async () => {
  const bare = await createGroup(pool, 'bare', {});
  const { key, ...shown } = bare;
  assert.deepEqual(shown, { name: 'bare', createdAt: pool.clock.at, modifiedAt: pool.clock.at });
  assert.ok(key);
  const profile = { description: 'Who works here', roleArn: ROLE, precedence: 0 };
  await createGroup(pool, 'staff', profile);
  const { description, roleArn, precedence } = await findGroup(pool, 'staff');
  assert.deepEqual({ description, roleArn, precedence }, profile);
});

test('USR-85 a name is taken once: of fifty who ask for it one gets it; another spelling is another group', async () => {
  const { values, errors } = await fiftyAtOnce(() => createGroup(pool, 'staff', {}));
  assert.equal(values.length, 1);
  assert.ok(errors.every((error) => error instanceof Refusal && error.reason === 'group-exists'));
  for (const name of ['Staff', 'STAFF', 'ѕtaff', 'staff/', 'é', 'e\u0301']) await createGroup(pool, name, {});
  await person('mia');
  await add('mia', 'Staff');
  await add('mia', 'é');
  assert.deepEqual(await groupsOfUser('mia'), ['Staff', 'é']);
  assert.deepEqual([await membersOf('staff'), await membersOf('e\u0301')], [[], []]);
});

test('USR-87 a pool has 500 groups, and not one more, also when many are made at once', async () => {
  for (let n = 0; n < 480; n++) await pool.directory.create('group', `g${n}`, { key: `k${n}` });
  const { errors } = await fiftyAtOnce((n) => createGroup(pool, `new-${n}`, {}));
  assert.ok(errors.every((error) => error instanceof Refusal && error.reason === 'limit-exceeded'));
  const left = 500 - (await pool.directory.count('group'));
  assert.ok(left >= 0);
  for (let n = 0; n < left; n++) await createGroup(pool, `last-${n}`, {});
  await refused(createGroup(pool, 'one-more', {}), 'limit-exceeded');
  await refused(findGroup(pool, 'one-more'), 'group-not-found');
  assert.equal(await pool.directory.count('group'), 500);
});

test('USR-88 a person joins 25 groups, and not one more, also at once; groups that are gone do not count', async () => {
  await person('mia');
  for (let n = 0; n < 50; n++) await createGroup(pool, `g${n}`, {});
  const { values, errors } = await fiftyAtOnce((n) => add('mia', `g${n}`));
  assert.equal(values.length, 25);
  assert.ok(errors.every((error) => error instanceof Refusal && error.reason === 'limit-exceeded'));
  const groups = await groupsOfUser('mia');
  assert.equal(groups.length, 25);
  const [gone = '', left = ''] = groups;
  await deleteGroup(pool, gone);
  await createGroup(pool, 'after', {});
  await add('mia', 'after');
  await createGroup(pool, 'too-many', {});
  await refused(add('mia', 'too-many'), 'limit-exceeded');
  await leave('mia', left);
  await add('mia', 'too-many');
});

test('USR-89 joining twice and leaving twice change nothing, not even the time of modification', async () => {
  const { id, modifiedAt } = await person('mia');
  await createGroup(pool, 'staff', {});
  pool.clock.at += 1000;
  await add('mia', 'staff');
  const joined = await pool.accounts.find(id);
  await add('mia', 'staff');
  assert.deepEqual(await pool.accounts.find(id), joined);
  assert.equal(joined?.modifiedAt, modifiedAt);
  assert.deepEqual(await membersOf('staff'), ['mia']);
  await leave('mia', 'staff');
  assert.deepEqual((await fiftyAtOnce(() => add('mia', 'staff'))).errors, []);
  assert.equal((await pool.accounts.find(id))?.groups?.length, 1, 'fifty at once join once');
  await leave('mia', 'staff');
  await leave('mia', 'staff');
  assert.deepEqual(await membersOf('staff'), []);
  assert.equal((await pool.accounts.find(id))?.groups, undefined);
});

test('USR-90 USR-92 who joins must be a person, and what they join a group', async () => {
  await person('mia');
  await createGroup(pool, 'staff', {});
  await createGroup(pool, 'inner', {});
  for (const change of [add, leave]) {
    await refused(change('mia', 'none'), 'group-not-found', 'Group not found.');
    await refused(change('nobody', 'staff'), 'user-not-found');
    await refused(change('inner', 'staff'), 'user-not-found');
  }
  for (const name of ['__proto__', 'constructor', 'mia']) await refused(add('mia', name), 'group-not-found');
});

test('USR-91 lists give pages of up to 60 and go on where they ended', async () => {
  const names = Array.from({ length: 70 }, (_, n) => `p${String(n).padStart(2, '0')}`);
  for (const name of names) {
    await createGroup(pool, name, {});
    await person(name);
    await add(name, 'p00');
  }
  const first = await listGroups(pool, { limit: 0 });
  const second = await listGroups(pool, { cursor: first.cursor });
  assert.deepEqual([first.groups.length, second.groups.length, second.cursor], [60, 10, undefined]);
  assert.deepEqual(
    [...first.groups, ...second.groups].map(({ name }) => name),
    names,
  );

  const some = await listMembers(pool, { group: 'p00' });
  const rest = await listMembers(pool, { group: 'p00', limit: 100, cursor: some.cursor });
  assert.deepEqual([some.accounts.length, rest.accounts.length, rest.cursor], [60, 10, undefined]);
  const all = [...some.accounts, ...rest.accounts].map(({ username }) => username);
  assert.deepEqual(all.sort(), names);
  await refused(listMembers(pool, { group: 'p01', cursor: some.cursor }), 'invalid-parameter');

  for (const name of ['p03', 'p01', 'p02']) await add('p00', name);
  const page = await listGroupsOfUser(pool, { username: 'p00', limit: 2 });
  assert.deepEqual([page.groups.map(({ name }) => name), page.cursor], [['p00', 'p01'], 'p01']);
  await leave('p00', 'p01');
  const next = await listGroupsOfUser(pool, { username: 'p00', limit: 2, cursor: page.cursor });
  assert.deepEqual([next.groups.map(({ name }) => name), next.cursor], [['p02', 'p03'], undefined]);
});

test('USR-94 an update changes what is given and the time; members and key stay', async () => {
  const { createdAt, key } = await createGroup(pool, 'staff', { description: 'old', precedence: 5 });
  await person('mia');
  await add('mia', 'staff');
  pool.clock.at += 1000;
  await updateGroup(pool, 'staff', { description: 'new', roleArn: ROLE, precedence: undefined });
  const shown = { description: 'new', roleArn: ROLE, precedence: 5 };
  const times = { createdAt, modifiedAt: pool.clock.at };
  assert.deepEqual(await findGroup(pool, 'staff'), { name: 'staff', key, ...shown, ...times });
  await updateGroup(pool, 'staff', { precedence: 0 });
  assert.equal((await findGroup(pool, 'staff')).precedence, 0);
  assert.deepEqual(await membersOf('staff'), ['mia']);
  await refused(updateGroup(pool, 'none', {}), 'group-not-found');
});

test('a deleted group is in no list and no token, and another of its name begins without members', async () => {
  const mia = await person('mia');
  await createGroup(pool, 'staff', {});
  await createGroup(pool, 'other', {});
  await add('mia', 'staff');
  await add('mia', 'other');
  await deleteGroup(pool, 'staff');
  await refused(deleteGroup(pool, 'staff'), 'group-not-found');
  await refused(listMembers(pool, { group: 'staff' }), 'group-not-found');
  assert.deepEqual(await groupsOfUser('mia'), ['other']);
  await createGroup(pool, 'staff', {});
  assert.deepEqual([await groupsOfUser('mia'), await membersOf('staff')], [['other'], []]);
  await add('mia', 'staff');
  const held = (await pool.accounts.find(mia.id))?.groups?.map(({ group }) => group);
  assert.deepEqual(held, ['other', 'staff'], 'nothing is left of the old membership');
  assert.deepEqual(await groupsOfUser('mia'), ['other', 'staff']);
});

test('USR-11 memberships go with their user, and whoever takes the name has none; disabled members are listed', async () => {
  await person('mia');
  await person('noa');
  await createGroup(pool, 'staff', {});
  for (const name of ['mia', 'noa']) await add(name, 'staff');
  await disableUser(pool, 'noa');
  await deleteUser(pool, 'mia');
  assert.deepEqual(await membersOf('staff'), ['noa']);
  await person('mia');
  assert.deepEqual([await groupsOfUser('mia'), await membersOf('staff')], [[], ['noa']]);
});

test('whoever joins, leaves and deletes at the same moment leaves nothing half-done', async () => {
  await person('mia');
  await createGroup(pool, 'staff', {});
  const { errors } = await fiftyAtOnce(async (n) => {
    if (n === 25) return deleteGroup(pool, 'staff');
    return n % 2 ? add('mia', 'staff') : leave('mia', 'staff');
  });
  for (const error of errors) assert.ok(error instanceof Refusal && error.reason === 'group-not-found');
  assert.deepEqual(await groupsOfUser('mia'), []);
  await createGroup(pool, 'staff', {});
  assert.deepEqual(await membersOf('staff'), []);

  await person('noa');
  const races = await fiftyAtOnce(async (n) => {
    await (n === 10 ? deleteUser(pool, 'noa') : add('noa', 'staff'));
  });
  for (const error of races.errors) assert.ok(error instanceof Refusal && error.reason === 'user-not-found');
  assert.deepEqual(await membersOf('staff'), []);
});

test('the groups of somebody without any cost no reading, of anybody else one', async () => {
  const loner = await person('loner');
  for (let n = 0; n < 25; n++) {
    await createGroup(pool, `g${n}`, {});
    if (n === 0) await person('mia');
    await add('mia', `g${n}`);
  }
  const { asked, directory } = countedDirectory();
  assert.deepEqual(await groupsOf({ directory }, loner), []);
  assert.deepEqual(asked, []);
  const mia = await pool.accounts.findByName('username', 'mia');
  assert.equal((await groupsOf({ directory }, mia ?? {})).length, 25);
  assert.deepEqual(asked, ['findSome']);
});
