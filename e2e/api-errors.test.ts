/**
 * The catalogue of errors as an application meets it: each name with what leads to it, and the service's own text.
 * What belongs to one operation alone is proven with that operation; a name that nothing here leads to fails the last
 * test, so that a new one gets its row.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REASONS } from '../server/errors.ts';
import { freePort } from './free-port.ts';
import { PASSWORD, redeem, signIn } from './person.ts';
import { type ApiAnswer, callApi } from './signed-call.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const POOL = 'us-east-1_Catalogue';
const CLOSED = 'us-east-1_Closed001';
const APP = 'catalogueclient00000000001';
const SECRET_APP = 'catalogueclient00000000002';
const NARROW = 'catalogueclient00000000003';
const CLOSED_APP = 'catalogueclient00000000004';
const LASTING = 'catalogueclient00000000005';
const SECRET = 'catalogue0secret0of0the0tests0000';
const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'];
const client = (id: string, more: object = {}) => ({
  id,
  settings: { ClientName: id, ExplicitAuthFlows: flows, PreventUserExistenceErrors: 'LEGACY', ...more },
});
const person = (username: string, attributes: Record<string, string> = {}) => ({
  username,
  password: PASSWORD,
  attributes,
});
const verified = (email: string) => ({ email, email_verified: 'true' });
const [story] = storyPool({ users: [person('mia@example.com', verified('mia@example.com'))] }).pools;
const catalogue = {
  id: POOL,
  settings: {
    PoolName: 'Catalogue',
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Schema: [
      { Name: 'team', AttributeDataType: 'String', Mutable: true },
      { Name: 'badge', AttributeDataType: 'String', Mutable: false },
    ],
  },
  resourceServers: [
    { Identifier: 'orders', Name: 'Orders', Scopes: [{ ScopeName: 'read', ScopeDescription: 'x' }] },
  ],
  clients: [
    client(APP),
    { ...client(SECRET_APP), secret: SECRET },
    client(NARROW, { WriteAttributes: ['email'] }),
    client(LASTING, { EnableTokenRevocation: false }),
  ],
  users: [
    person('mia', verified('mia@example.com')),
    person('kim'),
    person('barred', verified('barred@example.com')),
    person('reset', verified('reset@example.com')),
  ],
};
const closed = {
  id: CLOSED,
  settings: { PoolName: 'Closed', AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
  clients: [client(CLOSED_APP)],
};
const foyer = await startFoyer({ poolFile: { pools: [story, catalogue, closed] } });
const keys = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
const hosted = `${foyer.url}/${STORY.domain}`;

type Call = () => Promise<ApiAnswer>;
const admin =
  (operation: string, input: object, url = foyer.url): Call =>
  () =>
    callApi(url, operation, { UserPoolId: POOL, ...input }, { keys });
const app =
  (operation: string, input: object, url = foyer.url): Call =>
  () =>
    callApi(url, operation, { ClientId: APP, ...input });
const attributes = (given: Record<string, string>) => ({
  UserAttributes: Object.entries(given).map(([Name, Value]) => ({ Name, Value })),
});
const signUp = (Username: string, given: Record<string, string> = {}, more: object = {}): Call =>
  app('SignUp', { Username, Password: PASSWORD, ...attributes(given), ...more });
const done = async (call: Call) => {
  const answer = await call();
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const times = async (count: number, call: Call) => {
  for (let made = 1; made < count; made++) await call();
  return call();
};

/** A refusal among many calls at the same moment. */
const oneOf = async (count: number, call: Call) => {
  const answers = await Promise.all(Array.from({ length: count }, call));
  return answers.find(({ status }) => status !== 200) ?? assert.fail('all were answered');
};

const tokens = (await redeem(hosted, await signIn(hosted, 'mia@example.com'))).body;
const AccessToken = tokens['access_token'];
await done(admin('AdminDisableUser', { Username: 'barred' }));
await done(admin('CreateGroup', { GroupName: 'editors' }));
await done(signUp('claims', { email: 'claimed@example.com' }));
await done(signUp('waits', { email: 'waits@example.com' }));
await done(signUp('guessed', { email: 'guessed@example.com' }));
const codeTo = async (address: string) =>
  /\b\d{6}\b/.exec((await foyer.mailbox()).find(({ to }) => to === address)?.text ?? '')?.[0] ?? '';
const claimed = await codeTo('claimed@example.com');
await done(
  admin('AdminCreateUser', {
    Username: 'owner',
    MessageAction: 'SUPPRESS',
    ...attributes(verified('claimed@example.com')),
  }),
);

const told = new Set<string>();
type Row = [type: string, when: string, text: string | RegExp, call: Call];
async function walk(rows: Row[]): Promise<void> {
  for (const [type, when, text, call] of rows) {
    const { status, type: got, message } = await call();
    assert.deepEqual([status, got], [400, type], `${when}: ${message}`);
    if (typeof text === 'string') assert.equal(message, text, when);
    else assert.match(message, text, when);
    told.add(got);
  }
}

test('names that are taken', () =>
  walk([
    ['UsernameExistsException', 'a sign-up', 'User already exists', signUp('mia')],
    [
      'UsernameExistsException',
      'a sign-up with the e-mail that somebody signs in with',
      'An account with the given email already exists.',
      app('SignUp', {
        ClientId: STORY.publicClient,
        Username: 'mia@example.com',
        Password: PASSWORD,
        ...attributes({ email: 'mia@example.com' }),
      }),
    ],
    [
      'UsernameExistsException',
      'an administrator',
      'User account already exists',
      admin('AdminCreateUser', { Username: 'mia' }),
    ],
    [
      'UsernameExistsException',
      'an administrator, of an alias',
      'An account with the email already exists.',
      admin('AdminCreateUser', { Username: 'other', ...attributes(verified('mia@example.com')) }),
    ],
    [
      'AliasExistsException',
      'confirming what is another’s by now',
      'An account with the given email already exists.',
      app('ConfirmSignUp', { Username: 'claims', ConfirmationCode: claimed }),
    ],
    ['GroupExistsException', 'a group', /already exists/, admin('CreateGroup', { GroupName: 'editors' })],
  ]));

const policy = 'Password did not conform with policy: ';
test('passwords that the policy forbids', () =>
  walk(
    (
      [
        ['Short-1', 'Password not long enough'],
        ['lowercase-1', 'Password must have uppercase characters'],
        ['UPPERCASE-1', 'Password must have lowercase characters'],
        ['No-Numbers', 'Password must have numeric characters'],
        ['NoSymbol1', 'Password must have symbol characters'],
      ] as const
    ).map(([Password, rule]) => [
      'InvalidPasswordException',
      rule,
      policy + rule,
      app('SignUp', { Username: 'new', Password }),
    ]),
  ));

const schema = (name: string, fault: string) => `Attributes did not conform to the schema: ${name}: ${fault}`;
test('parameters that are wrong', () =>
  walk([
    [
      'InvalidParameterException',
      'an attribute that the pool has not',
      schema('custom:nothing', 'Attribute does not exist in the schema.\n').trim(),
      admin('AdminCreateUser', { Username: 'new', ...attributes({ 'custom:nothing': '1' }) }),
    ],
    [
      'InvalidParameterException',
      'an e-mail address',
      'Invalid email address format.',
      signUp('new', { email: 'nobody' }),
    ],
    [
      'InvalidParameterException',
      'a phone number',
      'Invalid phone number format.',
      signUp('new', { phone_number: '555-1234' }),
    ],
    [
      'InvalidParameterException',
      'a username that looks like an alias',
      'Username cannot be of email format, since user pool is configured for email alias.',
      signUp('new@example.com'),
    ],
    [
      'InvalidParameterException',
      'a username where people sign in by e-mail',
      'Username should be an email.',
      app('SignUp', { ClientId: STORY.publicClient, Username: 'new', Password: PASSWORD }),
    ],
    [
      'InvalidParameterException',
      'a resend to somebody who is confirmed',
      'User is already confirmed.',
      app('ResendConfirmationCode', { Username: 'mia' }),
    ],
    [
      'InvalidParameterException',
      'a forgotten password of somebody who cannot be reached',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
      app('ForgotPassword', { Username: 'kim' }),
    ],
    [
      'InvalidParameterException',
      'a filter',
      'Error while parsing filter',
      admin('ListUsers', { Filter: 'name = ' }),
    ],
    [
      'InvalidParameterException',
      'attributes to get',
      'One or more requested attributes do not exist.',
      admin('ListUsers', { AttributesToGet: ['custom:nothing'] }),
    ],
    [
      'InvalidParameterException',
      'an invitation without an address',
      'No email provided but desired delivery medium was Email',
      admin('AdminCreateUser', { Username: 'new', DesiredDeliveryMediums: ['EMAIL'] }),
    ],
    [
      'InvalidParameterException',
      'aliases beside username attributes',
      'Only one of aliasAttributes or usernameAttributes can be set in a user pool.',
      admin('CreateUserPool', {
        PoolName: 'a',
        AliasAttributes: ['email'],
        UsernameAttributes: ['phone_number'],
      }),
    ],
    [
      'InvalidParameterException',
      'a custom attribute that is there',
      'custom:team: Existing attribute already has name custom:team.',
      admin('AddCustomAttributes', { CustomAttributes: [{ Name: 'team', AttributeDataType: 'String' }] }),
    ],
    [
      'InvalidParameterException',
      'a custom attribute that is required',
      'Required custom attributes are not supported currently.',
      admin('AddCustomAttributes', {
        CustomAttributes: [{ Name: 'new', AttributeDataType: 'String', Required: true }],
      }),
    ],
    [
      'InvalidParameterException',
      'a list of permissions',
      'Invalid write attributes specified while creating a client',
      admin('CreateUserPoolClient', { ClientName: 'a', WriteAttributes: ['sub'] }),
    ],
    [
      'InvalidParameterException',
      'a template without its placeholder',
      String.raw`1 validation error detected: Value 'Your code' at 'smsAuthenticationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: .*\{####\}.*`,
      admin('CreateUserPool', { PoolName: 'a', SmsAuthenticationMessage: 'Your code' }),
    ],
    [
      'InvalidParameterException',
      'a domain that is taken',
      /^Domain already associated/,
      admin('CreateUserPoolDomain', { Domain: STORY.domain }),
    ],
  ]));

test('what a caller may not do', () =>
  walk([
    [
      'NotAuthorizedException',
      'signing up where nobody may',
      'SignUp is not permitted for this user pool',
      app('SignUp', { ClientId: CLOSED_APP, Username: 'new', Password: PASSWORD }),
    ],
    [
      'NotAuthorizedException',
      'no secret hash',
      `Client ${SECRET_APP} is configured with secret but SECRET_HASH was not received`,
      signUp('new', {}, { ClientId: SECRET_APP }),
    ],
    [
      'NotAuthorizedException',
      'a wrong secret hash',
      `Unable to verify secret hash for client ${SECRET_APP}`,
      signUp('new', {}, { ClientId: SECRET_APP, SecretHash: 'x'.repeat(44) }),
    ],
    [
      'NotAuthorizedException',
      'an attribute that the client may not write',
      'A client attempted to write unauthorized attribute',
      signUp('new', { nickname: 'n' }, { ClientId: NARROW }),
    ],
    [
      'NotAuthorizedException',
      'confirming somebody who is confirmed',
      'User cannot be confirmed. Current status is CONFIRMED',
      admin('AdminConfirmSignUp', { Username: 'mia' }),
    ],
    [
      'NotAuthorizedException',
      'recovering who is disabled',
      'User is disabled.',
      app('ForgotPassword', { Username: 'barred' }),
    ],
    [
      'NotAuthorizedException',
      'a token that is none',
      'Invalid Access Token',
      app('GetUser', { AccessToken: 'x' }),
    ],
    [
      'NotAuthorizedException',
      'an ID token',
      'Invalid Access Token',
      app('GetUser', { AccessToken: tokens['id_token'] }),
    ],
    [
      'NotAuthorizedException',
      'the old password, when it is wrong',
      'Incorrect username or password.',
      app('ChangePassword', {
        AccessToken,
        PreviousPassword: 'Wrong-Horse-7',
        ProposedPassword: 'Another-Horse-8',
      }),
    ],
    [
      'UnauthorizedException',
      'revoking without the client’s secret',
      'Invalid client secret',
      app('RevokeToken', { ClientId: SECRET_APP, Token: 'x', ClientSecret: 'x'.repeat(30) }),
    ],
    [
      'UnsupportedTokenTypeException',
      'revoking an access token',
      /refresh token/i,
      app('RevokeToken', { ClientId: STORY.publicClient, Token: AccessToken }),
    ],
    [
      'UnsupportedOperationException',
      'revoking where tokens last',
      'Token revocation is not enabled for this client.',
      app('RevokeToken', { ClientId: LASTING, Token: 'x' }),
    ],
    [
      'OperationNotEnabledException',
      'a token for a client that gets none',
      /ALLOW_CLIENT/,
      app('GetClientToken', { ClientId: SECRET_APP, Secret: SECRET }),
    ],
    [
      'InvalidOAuthFlowException',
      'client credentials without a secret',
      /./,
      admin('CreateUserPoolClient', {
        ClientName: 'a',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials', 'code'],
        AllowedOAuthScopes: ['orders/read'],
        GenerateSecret: true,
      }),
    ],
    [
      'ScopeDoesNotExistException',
      'a scope that no resource server has',
      /^Invalid scope requested/,
      admin('CreateUserPoolClient', {
        ClientName: 'a',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['orders/write'],
        CallbackURLs: ['https://app.example.com/'],
      }),
    ],
    [
      'UserPoolTaggingException',
      'a tag that is reserved',
      /./,
      admin('CreateUserPool', { PoolName: 'a', UserPoolTags: { 'aws:mine': 'x' } }),
    ],
    [
      'UnsupportedUserStateException',
      'inviting again who is confirmed',
      'Resend not possible. mia status is not FORCE_CHANGE_PASSWORD',
      admin('AdminCreateUser', { Username: 'mia', MessageAction: 'RESEND' }),
    ],
  ]));

test('what is not there', () =>
  walk([
    [
      'UserNotFoundException',
      'a user',
      'User does not exist.',
      admin('AdminGetUser', { Username: 'nobody' }),
    ],
    [
      'ResourceNotFoundException',
      'a pool',
      'User pool us-east-1_Nowhere00 does not exist.',
      admin('DescribeUserPool', { UserPoolId: 'us-east-1_Nowhere00' }),
    ],
    [
      'ResourceNotFoundException',
      'a client, for an administrator',
      'User pool client nobody does not exist.',
      admin('DescribeUserPoolClient', { ClientId: 'nobody' }),
    ],
    [
      'ResourceNotFoundException',
      'a client, for an application',
      'User pool client nobody does not exist.',
      signUp('new', {}, { ClientId: 'nobody' }),
    ],
    ['ResourceNotFoundException', 'a group', 'Group not found.', admin('GetGroup', { GroupName: 'nobodys' })],
    [
      'InvalidUserPoolConfigurationException',
      'devices, where none are tracked',
      /./,
      admin('AdminListDevices', { Username: 'mia' }),
    ],
    [
      'UserPoolAddOnNotEnabledException',
      'events, where nothing is watched',
      /./,
      admin('AdminListUserAuthEvents', { Username: 'mia' }),
    ],
  ]));

const wrongCode = async (address: string) => ((await codeTo(address)) === '000000' ? '000001' : '000000');
test('codes that are wrong, late or tried too often', async () => {
  await walk([
    [
      'CodeMismatchException',
      'a wrong code',
      'Invalid verification code provided, please try again.',
      app('ConfirmSignUp', { Username: 'waits', ConfirmationCode: await wrongCode('waits@example.com') }),
    ],
    [
      'ExpiredCodeException',
      'no code was sent',
      'Invalid code provided, please request a code again.',
      app('ConfirmForgotPassword', { Username: 'mia', ConfirmationCode: '123456', Password: PASSWORD }),
    ],
  ]);
  const guess = app('ConfirmSignUp', {
    Username: 'guessed',
    ConfirmationCode: await wrongCode('guessed@example.com'),
  });
  const text = 'Attempt limit exceeded, please try after some time.';
  await walk([['LimitExceededException', 'too many guesses', text, () => times(20, guess)]]);
  const late = app('ConfirmSignUp', {
    Username: 'waits',
    ConfirmationCode: await codeTo('waits@example.com'),
  });
  const expired = 'Invalid code provided, please request a code again.';
  await foyer.shiftClock(25 * 3_600_000);
  await walk([
    ['ExpiredCodeException', 'a day later', expired, late],
    ['NotAuthorizedException', 'a day later', 'Access Token has expired', app('GetUser', { AccessToken })],
  ]);
  await foyer.shiftClock(-25 * 3_600_000);
  await done(app('GlobalSignOut', { AccessToken }));
  await walk([
    [
      'NotAuthorizedException',
      'after signing out',
      'Access Token has been revoked',
      app('GetUser', { AccessToken }),
    ],
  ]);
});

test('OPS-128 more than there may be is a limit', async () => {
  const server = (index: number) =>
    admin('CreateResourceServer', { UserPoolId: CLOSED, Identifier: `r${index}`, Name: 'r', Scopes: [] });
  for (let index = 0; index < 25; index++) await done(server(index));
  await walk([['LimitExceededException', 'a 26th resource server', /./, server(25)]]);
});

test('messages that cannot be sent, and calls that come too often', async () => {
  const strict = await startFoyer({
    poolFile: { pools: [catalogue] },
    env: { FOYER_SMTP_URL: `smtp://127.0.0.1:${await freePort()}`, FOYER_RATES: 'service' },
  });
  const signing = app('ResendConfirmationCode', { Username: 'new' }, strict.url);
  await app(
    'SignUp',
    { Username: 'new', Password: PASSWORD, ...attributes({ email: 'a@example.com' }) },
    strict.url,
  )();
  const strictKeys = { accessKeyId: strict.accessKeyId, secretAccessKey: strict.secretAccessKey };
  const often = () => callApi(strict.url, 'ListUserPools', { MaxResults: 1 }, { keys: strictKeys });
  await walk([
    ['CodeDeliveryFailureException', 'no mail server', /./, signing],
    [
      'TooManyRequestsException',
      'more lists at once than a second has',
      'Rate exceeded',
      () => oneOf(60, often),
    ],
  ]);
});

/** Names that signing in gives, and is proven with. */
const ELSEWHERE = new Set<string>([
  'UserNotConfirmedException',
  'PasswordResetRequiredException',
  'RefreshTokenReuseException',
  'AccessDeniedException',
]);
test('USR-255 every name that the product knows was told', () => {
  const names = new Set<string>(Object.values(REASONS).map(([code]) => code));
  assert.deepEqual(
    [...names].filter((name) => !told.has(name) && !ELSEWHERE.has(name)),
    [],
  );
});
