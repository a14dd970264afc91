/**
 * What an administrator's program does to people who are there: the AWS SDK for JavaScript, unmodified, against a Foyer
 * of its own. Making people is told in `api-users.test.ts`, finding them in `api-search.test.ts`.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminRespondToAuthChallengeCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { inPool, newPool } from './administered-pool.ts';
import { openHttpSession } from './http-session.ts';
import { hostedAt, mailedCode, openSignIn, PASSWORD, signIn } from './person.ts';
import { administratorOf, refused } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const DAY_MS = 24 * 3_600_000;
let foyer: Foyer;
let client: CognitoIdentityProviderClient;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  client = administratorOf(foyer);
});

/** A client whose clock is that of a Foyer whose clock was moved. */
const clientOf = (systemClockOffset: number) => administratorOf(foyer, { systemClockOffset });
const mailTo = async (address: string) => (await foyer.mailbox()).filter(({ to }) => to === address);

test('USR-54 an administrator vouches for a contact, or its owner is sent a code; lists follow at once', async () => {
  const pool = await newPool(client, { AutoVerifiedAttributes: ['email'] });
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
  const pool = await newPool(client, { Schema: [required], AliasAttributes: ['email'] });
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
  const pool = inPool(client, STORY.poolId);
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
  const pool = inPool(client, STORY.poolId);
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
    await inPool(clientOf(8 * DAY_MS), STORY.poolId).update(email, { nickname: 'Mimi' });
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
  const pool = await newPool(client, { Schema: [required] });
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
  const answer = (Session: string | undefined, more: Record<string, string>) =>
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
    const later = inPool(clientOf(400 * DAY_MS), pool.UserPoolId);
    assert.ok((await later.signIn(ClientId, 'maria', 'Chosen-Passw0rd!')).AuthenticationResult);
  } finally {
    await foyer.shiftClock(-400 * DAY_MS);
  }
});

test('USR-09 who is disabled cannot sign in, loses tokens, and is still listed', async () => {
  const pool = await newPool(client);
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
  const pool = await newPool(client);
  await pool.create('maria');
  await pool.settings('maria', []);
  const sms = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }];
  await refused(pool.settings('maria', sms), 'InvalidParameterException');
});

test('nobody unknown, of another pool or under a name that only looks alike is changed', async () => {
  const pool = await newPool(client);
  const other = await newPool(client);
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
    await refused(call(inPool(client, 'us-east-1_nowhere00'), 'maria'), 'ResourceNotFoundException');
  }
  assert.deepEqual(await pool.get('maria'), before);
});
