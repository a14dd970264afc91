/**
 * Groups as an administrator's program makes them and an application meets them in its tokens: the AWS SDK for
 * JavaScript, unmodified, and a person who signs in on the hosted pages. Long, but one file: each starts a Foyer of its
 * own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminInitiateAuthCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  type CreateGroupCommandInput,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DeleteGroupCommand,
  GetGroupCommand,
  GroupExistsException,
  ListUsersInGroupCommand,
  paginateAdminListGroupsForUser,
  paginateListGroups,
  paginateListUsersInGroup,
  UpdateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { hostedAt, PASSWORD, redeem, signIn, type TokenAnswer, token } from './person.ts';
import { administratorOf, refused } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const ADMIN = 'arn:aws:iam::123456789012:role/admin';
const READER = 'arn:aws:iam::123456789012:role/reader';
let foyer: Foyer;
let sdk: CognitoIdentityProviderClient;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  sdk = administratorOf(foyer);
});

/** The operations of one pool, at a process. */
function inPool(UserPoolId: string, sdk = administratorOf(foyer)) {
  const member = (Username: string, GroupName: string) => ({ UserPoolId, Username, GroupName });
  return {
    UserPoolId,
    create: async (GroupName: string, more: Partial<CreateGroupCommandInput> = {}) =>
      (await sdk.send(new CreateGroupCommand({ UserPoolId, GroupName, ...more }))).Group ?? assert.fail(),
    update: async (GroupName: string, more: Partial<CreateGroupCommandInput>) =>
      (await sdk.send(new UpdateGroupCommand({ UserPoolId, GroupName, ...more }))).Group ?? assert.fail(),
    get: async (GroupName: string) => (await sdk.send(new GetGroupCommand({ UserPoolId, GroupName }))).Group,
    remove: (GroupName: string) => sdk.send(new DeleteGroupCommand({ UserPoolId, GroupName })),
    person: (Username: string, UserAttributes?: AttributeType[]) =>
      sdk.send(
        new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }),
      ),
    join: (Username: string, group: string) =>
      sdk.send(new AdminAddUserToGroupCommand(member(Username, group))),
    leave: (Username: string, group: string) =>
      sdk.send(new AdminRemoveUserFromGroupCommand(member(Username, group))),
    groupsOf: async (Username: string) => {
      const { Groups = [] } = await sdk.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
      return Groups.map(({ GroupName }) => GroupName);
    },
    membersOf: async (GroupName: string) => {
      const { Users = [] } = await sdk.send(new ListUsersInGroupCommand({ UserPoolId, GroupName }));
      return Users.map(({ Username }) => Username).sort();
    },
  };
}
async function newPool(settings: Partial<CreateUserPoolCommandInput> = {}) {
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'Acme', ...settings }));
  return inPool(UserPool?.Id ?? assert.fail());
}
/** A client of the story pool whose back end signs people in. */
async function backEnd(): Promise<string> {
  const flows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const];
  const input = { UserPoolId: STORY.poolId, ClientName: 'back end', ExplicitAuthFlows: flows };
  const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand(input));
  return UserPoolClient?.ClientId ?? assert.fail();
}

test('USR-84 USR-85 USR-86 USR-94 a group is made, shown, changed and deleted', async () => {
  const pool = await newPool();
  const began = Math.floor(Date.now() / 1000) * 1000;
  const profile = { Description: 'Who works here', RoleArn: ADMIN, Precedence: 0 };
  const made = await pool.create('staff', profile);
  const { CreationDate, LastModifiedDate, ...shown } = made;
  assert.deepEqual(shown, { GroupName: 'staff', UserPoolId: pool.UserPoolId, ...profile });
  assert.ok(CreationDate && CreationDate.getTime() >= began);
  assert.deepEqual(LastModifiedDate, CreationDate);
  assert.deepEqual(await pool.get('staff'), made);
  await assert.rejects(pool.create('staff'), GroupExistsException);
  await refused(pool.create('low', { Precedence: -1 }), 'InvalidParameterException');
  assert.equal((await pool.create('bare')).Precedence, undefined);

  await foyer.shiftClock(60_000);
  const changed = await pool.update('staff', { Description: 'Everybody', Precedence: 7 });
  assert.deepEqual(
    [changed.Description, changed.RoleArn, changed.Precedence, changed.CreationDate],
    ['Everybody', ADMIN, 7, CreationDate],
  );
  assert.ok((changed.LastModifiedDate?.getTime() ?? 0) >= began + 60_000);
  await pool.remove('staff');
  for (const call of [pool.get, (name: string) => pool.update(name, {}), pool.remove])
    await refused(call('staff'), 'ResourceNotFoundException', 'Group not found.');
});

test('USR-89 USR-90 USR-92 people join and leave', async () => {
  const pool = await newPool();
  await pool.create('staff');
  await pool.create('other');
  await pool.person('maria');
  for (let twice = 0; twice < 2; twice++) await pool.join('maria', 'staff');
  assert.deepEqual([await pool.groupsOf('maria'), await pool.membersOf('staff')], [['staff'], ['maria']]);
  for (const change of [pool.join, pool.leave]) {
    await refused(change('maria', 'none'), 'ResourceNotFoundException', 'Group not found.');
    await refused(change('nobody', 'staff'), 'UserNotFoundException', 'User does not exist.');
    await refused(change('other', 'staff'), 'UserNotFoundException');
  }
  await refused(pool.groupsOf('nobody'), 'UserNotFoundException');
  await refused(pool.membersOf('none'), 'ResourceNotFoundException');
  for (let twice = 0; twice < 2; twice++) await pool.leave('maria', 'staff');
  assert.deepEqual([await pool.groupsOf('maria'), await pool.membersOf('staff')], [[], []]);
});

test('USR-91 the SDK turns the pages of all three lists', async () => {
  const pool = await newPool();
  const names = Array.from({ length: 7 }, (_, n) => `n${n}`);
  for (const name of names) {
    await pool.create(name);
    await pool.person(name);
  }
  for (const name of names) await Promise.all([pool.join('n0', name), pool.join(name, 'n1')]);
  const { UserPoolId } = pool;
  const paging = { client: sdk, pageSize: 3 };
  const seen = async (pages: AsyncIterable<{ Groups?: object[]; Users?: object[] }>) => {
    const all: string[] = [];
    const sizes: number[] = [];
    for await (const { Groups, Users } of pages) {
      const items = (Groups ?? Users ?? []) as { GroupName?: string; Username?: string }[];
      sizes.push(items.length);
      all.push(...items.map(({ GroupName, Username }) => GroupName ?? Username ?? ''));
    }
    assert.deepEqual(sizes, [3, 3, 1]);
    return all.sort();
  };
  assert.deepEqual(await seen(paginateListGroups(paging, { UserPoolId })), names);
  const user = { UserPoolId, Username: 'n0' };
  assert.deepEqual(await seen(paginateAdminListGroupsForUser(paging, user)), names);
  const group = { UserPoolId, GroupName: 'n1' };
  assert.deepEqual(await seen(paginateListUsersInGroup(paging, group)), names);
});

test('USR-88 a person joins 25 groups, and not one more', async () => {
  const pool = await newPool();
  await pool.person('maria');
  const names = Array.from({ length: 26 }, (_, n) => `g${n}`);
  for (const name of names) await pool.create(name);
  const joined = await Promise.allSettled(names.map((name) => pool.join('maria', name)));
  const faults = joined.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
  assert.deepEqual(faults, ['LimitExceededException']);
  assert.equal((await pool.groupsOf('maria')).length, 25);
});

test('USR-11 what is deleted takes its memberships along, and its name begins anew', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const alias = [
    { Name: 'email', Value: 'maria@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ];
  await pool.person('maria', alias);
  await pool.person('mia');
  for (const name of ['staff', 'other']) {
    await pool.create(name);
    for (const person of ['maria', 'mia']) await pool.join(person, name);
  }
  await sdk.send(new AdminDeleteUserCommand({ UserPoolId: pool.UserPoolId, Username: 'maria' }));
  await pool.remove('staff');
  assert.deepEqual([await pool.groupsOf('mia'), await pool.membersOf('other')], [['other'], ['mia']]);
  await pool.person('maria');
  await pool.person('heir', alias);
  await pool.create('staff');
  assert.deepEqual([await pool.groupsOf('maria'), await pool.membersOf('staff')], [[], []]);
  assert.deepEqual(await pool.groupsOf('maria@example.com'), []);
});

test('HUI-199 USR-95 USR-97 USR-100 USR-101 USR-102 the tokens of the next sign-in or refresh tell the groups', async () => {
  const pool = inPool(STORY.poolId);
  const email = 'grouped@example.com';
  await pool.person(email);
  const password = { UserPoolId: STORY.poolId, Username: email, Password: PASSWORD, Permanent: true };
  await sdk.send(new AdminSetUserPasswordCommand(password));
  const code = await signIn(hostedAt(foyer), email);
  const first = await redeem(hostedAt(foyer), code);
  const told = ({ body }: Pick<TokenAnswer, 'body'>) => {
    const [id, access] = [decodeJwt(body.id_token ?? ''), decodeJwt(body.access_token ?? '')];
    assert.deepEqual(id['cognito:groups'], access['cognito:groups']);
    assert.equal(access['cognito:roles'], undefined);
    return [id['cognito:groups'], id['cognito:roles'], id['cognito:preferred_role']];
  };
  const ClientId = await backEnd();
  const signInByApi = async () => {
    const { AuthenticationResult } = await sdk.send(
      new AdminInitiateAuthCommand({
        UserPoolId: STORY.poolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD },
      }),
    );
    const { IdToken = '', AccessToken = '' } = AuthenticationResult ?? {};
    return told({ body: { id_token: IdToken, access_token: AccessToken } });
  };
  const refreshing = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' };
  const next = async () => {
    const claims = told(await token(hostedAt(foyer), refreshing));
    assert.deepEqual(await signInByApi(), claims, 'signing in through the API tells the same');
    return claims;
  };
  assert.deepEqual(told(first), [undefined, undefined, undefined]);

  await pool.create('readers', { RoleArn: READER });
  await pool.join(email, 'readers');
  assert.deepEqual(await next(), [['readers'], [READER], READER]);
  await pool.create('admins', { RoleArn: ADMIN, Precedence: 5 });
  await pool.join(email, 'admins');
  assert.deepEqual(await next(), [['admins', 'readers'], [ADMIN, READER], ADMIN]);
  await pool.update('readers', { Precedence: 5 });
  assert.deepEqual(await next(), [['admins', 'readers'], [ADMIN, READER], undefined]);
  await pool.leave(email, 'admins');
  assert.deepEqual(told(await redeem(hostedAt(foyer), await signIn(hostedAt(foyer), email))), [
    ['readers'],
    [READER],
    READER,
  ]);
  await pool.remove('readers');
  assert.deepEqual(await next(), [undefined, undefined, undefined]);
});

test('USR-85 another process knows of a change at once, and of two that make one group one does', async () => {
  const [here, there] = [foyer, await startFoyer({ beside: foyer })].map((process) =>
    inPool(STORY.poolId, administratorOf(process)),
  );
  assert.ok(here && there);
  const made = await Promise.allSettled([here.create('shared'), there.create('shared')]);
  assert.deepEqual(made.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const email = 'everywhere@example.com';
  await here.person(email);
  await here.join(email, 'shared');
  assert.deepEqual(await there.groupsOf(email), ['shared']);
  assert.equal((await there.membersOf('shared')).length, 1);
  await there.remove('shared');
  assert.deepEqual(await here.groupsOf(email), []);
  await here.create('shared');
  assert.deepEqual(await there.membersOf('shared'), []);
});
