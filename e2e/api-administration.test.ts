/**
 * What an administrator's program does to people who are there, and how it finds them: the AWS SDK for JavaScript,
 * unmodified, against a Foyer of its own. Making people is told in `api-users.test.ts`.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminDeleteUserAttributesCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  AdminSetUserSettingsCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  ListUsersCommand,
  type ListUsersCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { openHttpSession } from './http-session.ts';
import { hostedAt, mailedCode, openSignIn, PASSWORD, signIn } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const DAY_MS = 24 * 3_600_000;
let foyer: Foyer;
let client: CognitoIdentityProviderClient;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  client = openClient();
});

function openClient(systemClockOffset = 0) {
  const { url: endpoint, accessKeyId, secretAccessKey } = foyer;
  const credentials = { accessKeyId, secretAccessKey };
  const settings = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1, systemClockOffset };
  return new CognitoIdentityProviderClient(settings);
}

type Attributes = Record<string, string>;
const list = (attributes: Attributes) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** The operations of one pool. @param sdk another client, such as one whose clock is right */
function inPool(UserPoolId: string, sdk = client) {
  const named = (Username: string) => ({ UserPoolId, Username });
  return {
    UserPoolId,
    create: (Username: string, attributes: Attributes = {}) =>
      sdk.send(
        new AdminCreateUserCommand({
          ...named(Username),
          MessageAction: 'SUPPRESS',
          TemporaryPassword: PASSWORD,
          UserAttributes: list(attributes),
        }),
      ),
    setPassword: (Username: string) =>
      sdk.send(new AdminSetUserPasswordCommand({ ...named(Username), Password: PASSWORD, Permanent: true })),
    update: (Username: string, attributes: Attributes) =>
      sdk.send(
        new AdminUpdateUserAttributesCommand({ ...named(Username), UserAttributes: list(attributes) }),
      ),
    removeAttributes: (Username: string, ...UserAttributeNames: string[]) =>
      sdk.send(new AdminDeleteUserAttributesCommand({ ...named(Username), UserAttributeNames })),
    /** A new client whose back end signs people in. */
    client: async () => {
      const flows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const];
      const input = { UserPoolId, ClientName: 'back end', ExplicitAuthFlows: flows };
      const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand(input));
      return UserPoolClient?.ClientId ?? assert.fail();
    },
    signIn: (ClientId: string, USERNAME: string, PASSWORD: string) =>
      sdk.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
        }),
      ),
    reset: (Username: string) => sdk.send(new AdminResetUserPasswordCommand(named(Username))),
    settings: (Username: string, MFAOptions: { DeliveryMedium?: 'SMS'; AttributeName?: string }[]) =>
      sdk.send(new AdminSetUserSettingsCommand({ ...named(Username), MFAOptions })),
    /** Status and attributes, `sub` left out. */
    get: async (Username: string) => {
      const { UserStatus, UserAttributes = [] } = await sdk.send(new AdminGetUserCommand(named(Username)));
      const { sub: _, ...attributes } = Object.fromEntries(
        UserAttributes.map(({ Name, Value }) => [Name, Value]),
      );
      return { status: UserStatus, attributes };
    },
    find: async (Filter: string, more: Partial<ListUsersCommandInput> = {}) => {
      const { Users = [] } = await sdk.send(new ListUsersCommand({ UserPoolId, Filter, ...more }));
      return Users.map(({ Username }) => Username);
    },
  };
}
async function newPool(settings: Partial<CreateUserPoolCommandInput> = {}) {
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'Acme', ...settings }));
  return inPool(UserPool?.Id ?? assert.fail());
}
const refused = (call: Promise<unknown>, name: string, message?: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (message) assert.equal(error.message, message);
    return true;
  });
const mailTo = async (address: string) => (await foyer.mailbox()).filter(({ to }) => to === address);

test('USR-54 an administrator vouches for a contact, or its owner is sent a code; lists follow at once', async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
  const email = 'vouched@example.com';
  await pool.create('maria', { given_name: 'Maria' });
  await pool.update('maria', { email, email_verified: 'true', given_name: 'Mia' });
  assert.deepEqual((await pool.get('maria')).attributes, {
    given_name: 'Mia',
    email,
    email_verified: 'true',
  });
  assert.deepEqual(await mailTo(email), []);
  assert.deepEqual(
    [await pool.find('given_name = "Maria"'), await pool.find('given_name = "Mia"')],
    [[], ['maria']],
  );
  const other = 'unproven@example.com';
  await pool.update('maria', { email: other });
  assert.equal((await pool.get('maria')).attributes['email_verified'], 'false');
  assert.match(await mailedCode(foyer, other), /^\d{6}$/);
});

test('USR-173 USR-174 attributes are removed by name or by an empty value, required ones never', async () => {
  const required = {
    Name: 'given_name',
    AttributeDataType: 'String' as const,
    Required: true,
    Mutable: true,
  };
  const pool = await newPool({ Schema: [required], AliasAttributes: ['email'] });
  const email = 'removed@example.com';
  const given = { given_name: 'Mia', nickname: 'Mimi', locale: 'es', email, email_verified: 'true' };
  await pool.create('maria', given);
  await refused(pool.removeAttributes('maria', 'nickname', 'given_name'), 'InvalidParameterException');
  await refused(pool.removeAttributes('maria', 'custom:none'), 'InvalidParameterException');
  await refused(pool.update('maria', { given_name: '' }), 'InvalidParameterException');
  assert.deepEqual((await pool.get(email)).attributes, given);
  await pool.removeAttributes(email, 'nickname', 'email');
  await pool.update('maria', { locale: '' });
  assert.deepEqual((await pool.get('maria')).attributes, { given_name: 'Mia' });
  await refused(pool.get(email), 'UserNotFoundException');
});

test('USR-13 USR-14 USR-15 a password that is reset works no more, and the code that is mailed sets another', async () => {
  const pool = inPool(STORY.poolId);
  const email = 'reset@example.com';
  await pool.create(email);
  await refused(
    pool.reset(email),
    'NotAuthorizedException',
    'User password cannot be reset in the current state.',
  );
  await pool.setPassword(email);
  await refused(pool.reset(email), 'InvalidParameterException');
  assert.equal((await pool.get(email)).status, 'CONFIRMED');
  await signIn(hostedAt(foyer), email);

  await pool.update(email, { email_verified: 'true' });
  const ClientId = await pool.client();
  const { AuthenticationResult } = await pool.signIn(ClientId, email, PASSWORD);
  await pool.reset(email);
  assert.equal((await pool.get(email)).status, 'RESET_REQUIRED');
  const { AccessToken, RefreshToken = '' } = AuthenticationResult ?? {};
  const gone = 'PasswordResetRequiredException';
  await refused(pool.signIn(ClientId, email, PASSWORD), gone);
  await refused(client.send(new GetUserCommand({ AccessToken })), gone);
  await refused(client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken })), gone);
  await assert.rejects(signIn(hostedAt(foyer), email), 'the old password is gone');
  const confirm = new ConfirmForgotPasswordCommand({
    ClientId: STORY.publicClient,
    Username: email,
    ConfirmationCode: await mailedCode(foyer, email),
    Password: PASSWORD,
  });
  await client.send(confirm);
  assert.equal((await pool.get(email)).status, 'CONFIRMED');
  assert.ok(await signIn(hostedAt(foyer), email));
});

test('USR-82 an expired temporary password works again once an attribute was changed', async () => {
  const pool = inPool(STORY.poolId);
  const email = 'late@example.com';
  await pool.create(email);
  const session = openHttpSession();
  const attempt = async () => {
    const form = await openSignIn(session, hostedAt(foyer));
    return session.follow(
      await session.submit(form, { username: email, password: PASSWORD }),
      hostedAt(foyer),
    );
  };
  await foyer.shiftClock(8 * DAY_MS);
  try {
    assert.match((await attempt()).body, /temporary password has expired/i);
    await inPool(STORY.poolId, openClient(8 * DAY_MS)).update(email, { nickname: 'Mimi' });
    const page = await attempt();
    assert.doesNotMatch(page.body, /expired/i);
    assert.match(page.body, /new password/i);
  } finally {
    await foyer.shiftClock(-8 * DAY_MS);
  }
});

test('USR-76 USR-77 USR-78 USR-81 whoever was invited chooses a password, and tells what is required', async () => {
  const required = {
    Name: 'given_name',
    AttributeDataType: 'String' as const,
    Required: true,
    Mutable: true,
  };
  const pool = await newPool({ Schema: [required] });
  const ClientId = await pool.client();
  await pool.create('maria', { email: 'invited@example.com' });
  const begin = async () => {
    const {
      ChallengeName,
      ChallengeParameters = {},
      Session,
    } = await pool.signIn(ClientId, 'maria', PASSWORD);
    assert.equal(ChallengeName, 'NEW_PASSWORD_REQUIRED');
    return { Session, told: ChallengeParameters };
  };
  const answer = (Session: string | undefined, more: Attributes) =>
    client.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId: pool.UserPoolId,
        ClientId,
        Session,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        ChallengeResponses: { USERNAME: 'maria', NEW_PASSWORD: 'Chosen-Passw0rd!', ...more },
      }),
    );
  const { Session, told } = await begin();
  assert.equal(told['requiredAttributes'], '["userAttributes.given_name"]');
  assert.equal(JSON.parse(told['userAttributes'] ?? '').email, 'invited@example.com');
  await refused(answer(Session, {}), 'InvalidParameterException');
  assert.equal((await pool.get('maria')).status, 'FORCE_CHANGE_PASSWORD');
  const again = await begin();
  const given = { 'userAttributes.given_name': 'Maria' };
  const { AuthenticationResult } = await answer(again.Session, given);
  assert.ok(AuthenticationResult?.AccessToken && AuthenticationResult.IdToken);
  const { status, attributes } = await pool.get('maria');
  assert.deepEqual([status, attributes['given_name']], ['CONFIRMED', 'Maria']);

  await foyer.shiftClock(400 * DAY_MS);
  try {
    const later = inPool(pool.UserPoolId, openClient(400 * DAY_MS));
    assert.ok((await later.signIn(ClientId, 'maria', 'Chosen-Passw0rd!')).AuthenticationResult);
  } finally {
    await foyer.shiftClock(-400 * DAY_MS);
  }
});

test('USR-09 who is disabled cannot sign in, loses tokens, and is still listed', async () => {
  const pool = await newPool();
  const ClientId = await pool.client();
  await pool.create('maria');
  await pool.setPassword('maria');
  const { AuthenticationResult } = await pool.signIn(ClientId, 'maria', PASSWORD);
  const { AccessToken, RefreshToken } = AuthenticationResult ?? {};
  const useToken = () => client.send(new GetUserCommand({ AccessToken }));
  const refresh = () =>
    client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: RefreshToken ?? '' }));
  await useToken();
  assert.ok((await refresh()).AuthenticationResult);
  await client.send(new AdminDisableUserCommand({ UserPoolId: pool.UserPoolId, Username: 'maria' }));
  await refused(pool.signIn(ClientId, 'maria', PASSWORD), 'NotAuthorizedException', 'User is disabled.');
  for (const call of [useToken, refresh]) await refused(call(), 'NotAuthorizedException');
  assert.deepEqual(await pool.find('status = "Disabled"'), ['maria']);
  await client.send(new AdminEnableUserCommand({ UserPoolId: pool.UserPoolId, Username: 'maria' }));
  for (const call of [useToken, refresh]) await refused(call(), 'NotAuthorizedException');
  assert.ok((await pool.signIn(ClientId, 'maria', PASSWORD)).AuthenticationResult);
});

test('AdminSetUserSettings switches off what is off, and promises nothing', async () => {
  const pool = await newPool();
  await pool.create('maria');
  await pool.settings('maria', []);
  const sms = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }];
  await refused(pool.settings('maria', sms), 'InvalidParameterException');
});

test('nobody unknown, of another pool or under a name that only looks alike is changed', async () => {
  const pool = await newPool();
  const other = await newPool();
  await pool.create('maria', { email: 'mia@example.com', email_verified: 'true' });
  const before = await pool.get('maria');
  const calls = [
    (of: typeof pool, name: string) => of.update(name, { nickname: 'x' }),
    (of: typeof pool, name: string) => of.removeAttributes(name, 'email'),
    (of: typeof pool, name: string) => of.reset(name),
    (of: typeof pool, name: string) => of.settings(name, []),
  ];
  for (const call of calls) {
    await refused(call(other, 'maria'), 'UserNotFoundException', 'User does not exist.');
    for (const name of ['Maria', 'mаria', 'maria\u0301', 'mia@example.com', '__proto__'])
      await refused(call(pool, name), 'UserNotFoundException');
    await refused(call(inPool('us-east-1_nowhere00'), 'maria'), 'ResourceNotFoundException');
  }
  assert.deepEqual(await pool.get('maria'), before);
});

test('USR-105 USR-106 USR-111 USR-114 USR-115 users are searched by ten attributes, in the order of theirs', async () => {
  const pool = await newPool({
    UsernameAttributes: ['email'],
    Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
  });
  const people = [
    ['c@example.com', { name: 'Mira', family_name: 'Reyes', 'custom:team': 'a' }],
    ['a@example.com', { name: 'Mia', given_name: 'Mia', phone_number: '+12065550100' }],
    ['b@example.com', { name: 'Mi', preferred_username: 'mi' }],
  ] as const;
  const usernames: Record<string, string> = {};
  for (const [email, attributes] of people) {
    const { User } = await pool.create(email, attributes);
    usernames[email.charAt(0)] = User?.Username ?? '';
  }
  const find = async (filter: string) => {
    const found = await pool.find(filter);
    return Object.keys(usernames)
      .toSorted((x, y) => found.indexOf(usernames[x]) - found.indexOf(usernames[y]))
      .filter((letter) => found.includes(usernames[letter]))
      .join('');
  };
  const { a = '' } = usernames;
  assert.equal(await find('name ^= "Mi"'), 'bac');
  assert.equal(await find('email ^= ""'), 'abc');
  for (const filter of [
    'name = "Mia"',
    'given_name = "Mia"',
    'phone_number ^= "+1206"',
    'email = "a@example.com"',
    `username = "${a}"`,
    `sub ^= "${a.slice(0, 13)}"`,
  ])
    assert.equal(await find(filter), 'a', filter);
  assert.equal(await find('family_name = "Reyes"'), 'c');
  assert.equal(await find('preferred_username = "mi"'), 'b');
  for (const status of ['cognito:user_status ^= "force"', 'status = "Enabled"'])
    assert.equal([...(await find(status))].sort().join(''), 'abc');
  for (const filter of ['name = "mia"', 'status = "enabled"', 'username = "a@example.com"'])
    assert.equal(await find(filter), '', filter);
  for (const name of ['custom:team', 'nickname', 'email_verified', 'Name'])
    await refused(pool.find(`${name} = "a"`), 'InvalidParameterException');
});
