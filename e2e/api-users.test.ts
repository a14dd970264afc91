/**
 * Users as an administrator's program sees them: the AWS SDK for JavaScript, unmodified, with an endpoint and keys
 * only, against a Foyer of its own. What a rule decides in detail is tested beside the rule. Long, but one file: each
 * starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  ListUsersCommand,
  type ListUsersCommandInput,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { administratorOf, list, record, refused } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
let foyer: Foyer;
let sdk: CognitoIdentityProviderClient;
before(async () => {
  foyer = await startFoyer();
  sdk = administratorOf(foyer);
});

async function newPool(settings: Partial<CreateUserPoolCommandInput> = {}) {
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'Acme', ...settings }));
  const UserPoolId = UserPool?.Id ?? assert.fail();
  const named = (Username: string) => ({ UserPoolId, Username });
  return {
    UserPoolId,
    create: async (Username: string, more: Partial<AdminCreateUserCommandInput> = {}) => {
      const { User } = await sdk.send(new AdminCreateUserCommand({ ...named(Username), ...more }));
      return User ?? assert.fail();
    },
    get: (Username: string) => sdk.send(new AdminGetUserCommand(named(Username))),
    enable: (Username: string) => sdk.send(new AdminEnableUserCommand(named(Username))),
    disable: (Username: string) => sdk.send(new AdminDisableUserCommand(named(Username))),
    remove: (Username: string) => sdk.send(new AdminDeleteUserCommand(named(Username))),
    confirm: (Username: string) => sdk.send(new AdminConfirmSignUpCommand(named(Username))),
    signOut: (Username: string) => sdk.send(new AdminUserGlobalSignOutCommand(named(Username))),
    setPassword: (Username: string, Password: string, Permanent?: boolean) =>
      sdk.send(new AdminSetUserPasswordCommand({ ...named(Username), Password, Permanent })),
    list: (query: Partial<ListUsersCommandInput> = {}) =>
      sdk.send(new ListUsersCommand({ UserPoolId, ...query })),
  };
}
const mailTo = async (address: string) => (await foyer.mailbox()).filter(({ to }) => to === address);

test('USR-01 USR-04 USR-63 USR-64 a user is made, and shown alike by every operation', async () => {
  const pool = await newPool();
  const began = Date.now() - 1000;
  const user = await pool.create('maria', { UserAttributes: list({ nickname: 'Mimi' }) });
  assert.equal(user.Username, 'maria');
  assert.equal(user.Enabled, true);
  assert.equal(user.UserStatus, 'FORCE_CHANGE_PASSWORD');
  assert.ok(user.UserCreateDate && user.UserCreateDate.getTime() >= began);
  assert.deepEqual(user.UserLastModifiedDate, user.UserCreateDate);
  const { sub, ...given } = record(user.Attributes);
  assert.match(sub ?? '', UUID);
  assert.deepEqual(given, { nickname: 'Mimi' });

  const { UserAttributes, $metadata, ...shown } = await pool.get('maria');
  const { Attributes, ...made } = user;
  assert.deepEqual(shown, made);
  assert.deepEqual(UserAttributes, Attributes);
  assert.deepEqual((await pool.list()).Users, [user]);
  assert.equal($metadata.httpStatusCode, 200);
});

test('USR-67 USR-69 an invitation arrives, and can be sent again', async () => {
  const pool = await newPool();
  const address = 'invited@example.com';
  const input = { DesiredDeliveryMediums: ['EMAIL' as const] };
  await pool.create('maria', { ...input, UserAttributes: list({ email: address }) });
  await pool.create('maria', { ...input, MessageAction: 'RESEND' });
  const mails = await mailTo(address);
  assert.equal(mails.length, 2);
  const passwords = mails.map(
    ({ text }) => /username is maria and temporary password is (\S+)\./.exec(text)?.[1],
  );
  assert.ok(passwords[0] && passwords[1] && passwords[0] !== passwords[1]);
});

test('USR-68 USR-70 USR-71 USR-72 mediums and message actions', async () => {
  const pool = await newPool();
  const address = 'suppressed@example.com';
  const email = { UserAttributes: list({ email: address }) };
  await pool.create('a', { ...email, MessageAction: 'SUPPRESS', DesiredDeliveryMediums: ['EMAIL'] });
  await pool.create('b', email);
  assert.deepEqual(await mailTo(address), []);
  await refused(
    pool.create('c', { DesiredDeliveryMediums: ['EMAIL'] }),
    'InvalidParameterException',
    'No email provided but desired delivery medium was Email',
  );
  await refused(pool.create('nobody', { MessageAction: 'RESEND' }), 'UserNotFoundException');
  await pool.setPassword('a', 'Permanent-Passw0rd', true);
  await refused(pool.create('a', { MessageAction: 'RESEND' }), 'UnsupportedUserStateException');
  const phone = { UserAttributes: list({ phone_number: '+12065550100' }) };
  await pool.create('d', phone);
  const [message] = await foyer.mailbox();
  assert.equal(message?.to, '+12065550100');
  assert.match(message.text, /^Your username is d and temporary password is /);
});

test('USR-02 USR-66 USR-74 USR-172 USR-176 what is wrong is refused by its name', async () => {
  const pool = await newPool();
  await pool.create('maria');
  const weak = 'InvalidPasswordException';
  await refused(pool.create('maria'), 'UsernameExistsException', 'User account already exists');
  await refused(pool.create('ma ria'), 'InvalidParameterException');
  await refused(pool.create('mia', { TemporaryPassword: 'weakling' }), weak);
  await refused(pool.setPassword('maria', 'weakling'), weak);
  await refused(
    pool.create('mia', { UserAttributes: list({ 'custom:none': 'x' }) }),
    'InvalidParameterException',
    'Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema.',
  );
  await refused(
    pool.create('mia', { UserAttributes: list({ sub: 'x' }) }),
    'InvalidParameterException',
    'user.sub: Attribute cannot be updated.',
  );
});

test('USR-70 whoever is not there is not found, by every operation', async () => {
  const pool = await newPool();
  const { get, enable, disable, remove, confirm, signOut } = pool;
  for (const call of [get, enable, disable, remove, confirm, signOut])
    await refused(call('nobody'), 'UserNotFoundException', 'User does not exist.');
  await refused(pool.setPassword('nobody', 'Permanent-Passw0rd'), 'UserNotFoundException');
  const elsewhere = { UserPoolId: 'us-east-1_nowhere00', Username: 'maria' };
  await refused(sdk.send(new AdminGetUserCommand(elsewhere)), 'ResourceNotFoundException');
});

test('USR-05 USR-10 USR-12 USR-42 the states of a user', async () => {
  const pool = await newPool();
  await pool.create('maria');
  const state = async () => {
    const { UserStatus, Enabled } = await pool.get('maria');
    return [UserStatus, Enabled];
  };
  await refused(
    pool.confirm('maria'),
    'NotAuthorizedException',
    'User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD',
  );
  await pool.setPassword('maria', 'Permanent-Passw0rd', true);
  assert.deepEqual(await state(), ['CONFIRMED', true]);
  await pool.disable('maria');
  assert.deepEqual(await state(), ['CONFIRMED', false]);
  assert.equal((await pool.list()).Users?.length, 1);
  await pool.signOut('maria');
  await pool.enable('maria');
  assert.deepEqual(await state(), ['CONFIRMED', true]);
  await pool.setPassword('maria', 'Temporary-Passw0rd');
  assert.deepEqual(await state(), ['FORCE_CHANGE_PASSWORD', true]);
  await pool.remove('maria');
  await refused(pool.get('maria'), 'UserNotFoundException');
  await pool.create('maria');
});

test('USR-73 USR-75 USR-197 aliases stand for the username, and move on demand', async () => {
  const pool = await newPool({ AliasAttributes: ['email'] });
  const proven = { UserAttributes: list({ email: 'mia@example.com', email_verified: 'true' }) };
  await pool.create('old', proven);
  assert.equal((await pool.get('mia@example.com')).Username, 'old');
  await refused(
    pool.create('new', proven),
    'UsernameExistsException',
    'An account with the email already exists.',
  );
  await pool.create('new', { ...proven, ForceAliasCreation: true });
  assert.equal((await pool.get('mia@example.com')).Username, 'new');
  assert.equal(record((await pool.get('old')).UserAttributes)['email_verified'], 'false');
  await pool.remove('mia@example.com');
  await refused(pool.get('new'), 'UserNotFoundException');
});

test('USR-191 USR-197 where people sign in by e-mail the username is the sub', async () => {
  const pool = await newPool({ UsernameAttributes: ['email'] });
  const user = await pool.create('mia@example.com');
  const { sub, email } = record(user.Attributes);
  assert.equal(user.Username, sub);
  assert.equal(email, 'mia@example.com');
  assert.equal((await pool.get(sub ?? '')).Username, sub);
  await refused(pool.create('maria'), 'InvalidParameterException', 'Username should be an email.');
});

test('USR-103 USR-112 USR-113 lists continue where they were, with the attributes that were asked for', async () => {
  const pool = await newPool();
  const names = Array.from({ length: 7 }, (_, i) => `user-${i}`);
  for (const name of names)
    await pool.create(name, { UserAttributes: list({ nickname: name, locale: 'de' }) });
  const seen: (string | undefined)[] = [];
  const pages = paginateListUsers(
    { client: sdk, pageSize: 3 },
    { UserPoolId: pool.UserPoolId, AttributesToGet: ['nickname'] },
  );
  for await (const { Users = [] } of pages)
    for (const { Username, Attributes } of Users) {
      seen.push(Username);
      assert.deepEqual(record(Attributes), { nickname: Username });
    }
  assert.deepEqual(seen, names);

  const first = await pool.list({ Limit: 3 });
  assert.ok(first.PaginationToken);
  const token = { PaginationToken: first.PaginationToken };
  assert.equal((await pool.list({ ...token, Limit: 60 })).Users?.length, 4);
  await refused(pool.list({ ...token, Filter: 'username ^= "user"' }), 'InvalidParameterException');
  await refused((await newPool()).list(token), 'InvalidParameterException');
  await refused(pool.list({ Limit: 61 }), 'InvalidParameterException');
  assert.deepEqual(
    record((await pool.list({ Limit: 1, AttributesToGet: [] })).Users?.[0]?.Attributes)['locale'],
    'de',
  );
});

test('USR-104 USR-107 USR-108 USR-109 USR-110 filters', async () => {
  const pool = await newPool();
  await pool.create('maria', { UserAttributes: list({ family_name: 'O"Neill' }) });
  await pool.create('mia', { UserAttributes: list({ family_name: 'Reyes' }) });
  await pool.disable('mia');
  // Users of one status come in the order of their ids.
  const find = async (Filter: string) =>
    (await pool.list({ Filter })).Users?.map(({ Username }) => Username).sort();
  assert.deepEqual(await find('family_name = "Reyes"'), ['mia']);
  assert.deepEqual(await find(String.raw`family_name ^= "O\"N"`), ['maria']);
  assert.deepEqual(await find('username ^= "m"'), ['maria', 'mia']);
  assert.deepEqual(await find('status = "Disabled"'), ['mia']);
  assert.deepEqual(await find('cognito:user_status = "force_change_password"'), ['maria', 'mia']);
  assert.deepEqual(await find(''), ['maria', 'mia']);
  await refused(
    pool.list({ Filter: 'name = "a" and name = "b"' }),
    'InvalidParameterException',
    'Error while parsing filter',
  );
  await refused(pool.list({ Filter: 'custom:team = "a"' }), 'InvalidParameterException');
  await refused(
    pool.list({ AttributesToGet: ['custom:team'] }),
    'InvalidParameterException',
    'One or more requested attributes do not exist.',
  );
});

test('USR-01 users outlive a restart', async () => {
  const pool = await newPool();
  const user = await pool.create('maria');
  await foyer.restart();
  assert.deepEqual((await pool.list()).Users, [user]);
});
