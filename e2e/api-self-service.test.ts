/**
 * Signing up, confirming and recovering as an application's people do it, through the AWS SDK. What a rule decides in
 * detail is tested beside the rule. Long, but one file: each starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { codeTo, list, openApplication, PASSWORD, record, refused } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';

const HOUR = 3_600_000;
const NEW = 'Another-Horse-8';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer();
});
const mailsTo = async (address: string) => (await foyer.mailbox()).filter(({ to }) => to === address);
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
const state = async (app: Awaited<ReturnType<typeof openApplication>>, name: string) => {
  const { UserStatus, UserAttributes } = await app.look(name);
  return { status: UserStatus, ...record(UserAttributes) } as Record<string, string | undefined>;
};

test('USR-01 USR-06 USR-19 USR-34 SEC-272 somebody signs up, is sent a code, and confirms with it', async () => {
  const app = await openApplication(foyer);
  const email = 'joins@example.com';
  const { $metadata, ...answer } = await app.signUp('maria', { email, phone_number: '+12065550100' });
  assert.equal($metadata.httpStatusCode, 200);
  const { UserSub = '', ...rest } = answer;
  assert.match(UserSub, UUID);
  assert.deepEqual(rest, {
    UserConfirmed: false,
    CodeDeliveryDetails: { Destination: 'j***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
  });
  const before = await state(app, 'maria');
  assert.equal(before.status, 'UNCONFIRMED');
  assert.equal(before.sub, UserSub);
  await app.confirm('maria', await codeTo(foyer, email));
  const { status, sub, email_verified, phone_number_verified } = await state(app, 'maria');
  assert.deepEqual(
    [status, sub, email_verified, phone_number_verified],
    ['CONFIRMED', UserSub, 'true', 'false'],
  );
  await refused(
    app.confirm('maria', '123456'),
    'NotAuthorizedException',
    'User cannot be confirmed. Current status is CONFIRMED',
  );
  await refused(app.resend('maria'), 'InvalidParameterException', 'User is already confirmed.');
});

test('USR-02 USR-20 USR-21 USR-22 USR-23 USR-24 a sign-up that cannot be is refused by its name', async () => {
  const app = await openApplication(foyer, {
    Schema: [{ Name: 'nickname', AttributeDataType: 'String', Required: true, Mutable: true }],
  });
  const nickname = 'Mimi';
  await app.signUp('maria', { nickname });
  await refused(app.signUp('maria', { nickname }), 'UsernameExistsException', 'User already exists');
  await refused(app.signUp('ma ria', { nickname }), 'InvalidParameterException');
  await refused(app.signUp('m'.repeat(129), { nickname }), 'InvalidParameterException');
  await refused(
    app.signUp('paul'),
    'InvalidParameterException',
    'Attributes did not conform to the schema: nickname: The attribute is required',
  );
  await refused(
    app.signUp('paul', { nickname }, 'lowercase-1'),
    'InvalidPasswordException',
    'Password did not conform with policy: Password must have uppercase characters',
  );
  const nobodys = { ClientId: 'nobodysclient0000000000000', Username: 'paul', Password: PASSWORD };
  await refused(app.sdk.send(new SignUpCommand(nobodys)), 'ResourceNotFoundException');
  const { ClientId, Username } = { ClientId: app.ClientId, Username: 'paul' };
  await refused(app.sdk.send(new SignUpCommand({ ClientId, Username })), 'InvalidParameterException');

  const closed = await openApplication(foyer, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  await refused(
    closed.signUp('maria'),
    'NotAuthorizedException',
    'SignUp is not permitted for this user pool',
  );
});

test('USR-25 USR-53 USR-211 an attribute that the client may not write is refused at sign-up', async () => {
  const app = await openApplication(foyer, {}, { WriteAttributes: ['email'] });
  const text = 'A client attempted to write unauthorized attribute';
  for (const name of ['nickname', 'email_verified', 'sub'])
    await refused(app.signUp('maria', { [name]: 'true' }), 'NotAuthorizedException', text);
  await app.signUp('maria', { email: 'writes@example.com' });
});

test('USR-28 where nothing is verified nothing is sent, and what is for triggers only is not kept', async () => {
  const app = await openApplication(foyer, { AutoVerifiedAttributes: [] });
  const email = 'unsent@example.com';
  const { CodeDeliveryDetails } = await app.sdk.send(
    new SignUpCommand({
      ClientId: app.ClientId,
      Username: 'maria',
      Password: PASSWORD,
      UserAttributes: list({ email }),
      ValidationData: list({ invitation: 'a-secret-of-the-application' }),
      ClientMetadata: { source: 'e2e' },
    }),
  );
  assert.equal(CodeDeliveryDetails, undefined);
  assert.deepEqual(await mailsTo(email), []);
  const { sub: _, ...attributes } = record((await app.look('maria')).UserAttributes);
  assert.deepEqual(attributes, { email, email_verified: 'false' });
  await refused(app.resend('maria'), 'InvalidParameterException');
});

test('USR-27 USR-234 when the code cannot be sent the user exists, and may try again', async () => {
  const app = await openApplication(foyer, {
    AutoVerifiedAttributes: ['email'],
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
  });
  // The pool has no domain, so there is no address that a link could have.
  await refused(app.signUp('maria', { email: 'linkless@example.com' }), 'CodeDeliveryFailureException');
  assert.equal((await state(app, 'maria')).status, 'UNCONFIRMED');
  await refused(app.resend('maria'), 'CodeDeliveryFailureException');
});

test('USR-29 USR-30 USR-45 of both contacts the telephone is sent the code, alone', async () => {
  const app = await openApplication(foyer, { AutoVerifiedAttributes: ['email', 'phone_number'] });
  const phone_number = '+12065550129';
  const both = await app.signUp('maria', { email: 'both@example.com', phone_number });
  assert.deepEqual(both.CodeDeliveryDetails, {
    Destination: '+*******0129',
    DeliveryMedium: 'SMS',
    AttributeName: 'phone_number',
  });
  assert.deepEqual(await mailsTo('both@example.com'), []);
  assert.equal((await mailsTo(phone_number)).length, 1);
  await app.confirm('maria', await codeTo(foyer, phone_number));
  const { phone_number_verified, email_verified } = await state(app, 'maria');
  assert.deepEqual([phone_number_verified, email_verified], ['true', 'false']);
  const one = await app.signUp('paul', { email: 'alone@example.com' });
  assert.equal(one.CodeDeliveryDetails?.DeliveryMedium, 'EMAIL');
});

test('USR-36 USR-38 USR-39 wrong, late and replaced codes do not confirm', async () => {
  const app = await openApplication(foyer);
  const email = 'codes@example.com';
  await app.signUp('maria', { email });
  const first = await codeTo(foyer, email);
  await refused(
    app.confirm('maria', wrong(first)),
    'CodeMismatchException',
    'Invalid verification code provided, please try again.',
  );
  await app.resend('maria');
  const second = await codeTo(foyer, email);
  if (second !== first) await refused(app.confirm('maria', first), 'CodeMismatchException');
  await foyer.shiftClock(24 * HOUR);
  await refused(
    app.confirm('maria', second),
    'ExpiredCodeException',
    'Invalid code provided, please request a code again.',
  );
  await app.resend('maria');
  const third = await codeTo(foyer, email);
  for (let i = 0; i < 4; i++) await refused(app.confirm('maria', wrong(third)), 'CodeMismatchException');
  await refused(
    app.confirm('maria', third),
    'LimitExceededException',
    'Attempt limit exceeded, please try after some time.',
  );
  await foyer.shiftClock(HOUR);
  await app.confirm('maria', third);
  await foyer.shiftClock(-25 * HOUR);
});

test('USR-56 USR-57 USR-58 a client with a secret proves it at each of the five, over the name as it was sent', async () => {
  const app = await openApplication(foyer, { AliasAttributes: ['email'] }, { GenerateSecret: true });
  const email = 'hashed@example.com';
  const { ClientId, ClientSecret = '' } = app;
  const named = (Username: string, over = Username) => ({
    ClientId,
    Username,
    SecretHash: createHmac('sha256', ClientSecret).update(`${over}${ClientId}`).digest('base64'),
  });
  const calls = (who: { ClientId: string | undefined; Username: string; SecretHash?: string }) => [
    () => app.sdk.send(new SignUpCommand({ ...who, Password: PASSWORD, UserAttributes: list({ email }) })),
    () => app.sdk.send(new ConfirmSignUpCommand({ ...who, ConfirmationCode: '123456' })),
    () => app.sdk.send(new ResendConfirmationCodeCommand(who)),
    () => app.sdk.send(new ForgotPasswordCommand(who)),
    () =>
      app.sdk.send(new ConfirmForgotPasswordCommand({ ...who, ConfirmationCode: '123456', Password: NEW })),
  ];
  for (const call of calls({ ClientId, Username: 'maria' }))
    await refused(
      call(),
      'NotAuthorizedException',
      `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
    );
  for (const call of calls(named('maria', 'Maria')))
    await refused(call(), 'NotAuthorizedException', `Unable to verify secret hash for client ${ClientId}`);
  await refused(app.look('maria'), 'UserNotFoundException');
  const open = (await app.addClient()).ClientId;
  for (const call of calls({ ...named('maria'), ClientId: open }))
    await refused(call(), 'NotAuthorizedException', `Unable to verify secret hash for client ${open}`);

  const [signUp] = calls(named('maria'));
  await signUp?.();
  const confirm = { ...named('maria'), ConfirmationCode: await codeTo(foyer, email) };
  await app.sdk.send(new ConfirmSignUpCommand(confirm));
  await app.sdk.send(new ForgotPasswordCommand(named(email)));
  const reset = { ConfirmationCode: await codeTo(foyer, email), Password: NEW };
  await refused(
    app.sdk.send(new ConfirmForgotPasswordCommand({ ...named(email, 'maria'), ...reset })),
    'NotAuthorizedException',
  );
  await app.sdk.send(new ConfirmForgotPasswordCommand({ ...named(email), ...reset }));
});

test('USR-15 USR-16 USR-59 USR-60 USR-62 a forgotten password is replaced with a code, within the hour', async () => {
  const app = await openApplication(foyer);
  const email = 'forgets@example.com';
  await app.signUp('maria', { email });
  await refused(
    app.forgot('maria'),
    'InvalidParameterException',
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
  );
  await app.confirm('maria', await codeTo(foyer, email));
  const { CodeDeliveryDetails } = await app.forgot('maria');
  assert.deepEqual(CodeDeliveryDetails, {
    Destination: 'f***@e***',
    DeliveryMedium: 'EMAIL',
    AttributeName: 'email',
  });
  assert.equal((await state(app, 'maria')).status, 'CONFIRMED');
  await app.signIn('maria');
  const code = await codeTo(foyer, email);
  await refused(app.reset('maria', code, 'weakling'), 'InvalidPasswordException');
  await refused(app.reset('maria', wrong(code), NEW), 'CodeMismatchException');
  await app.reset('maria', code, NEW);
  await app.signIn('maria', NEW);
  await refused(app.signIn('maria'), 'NotAuthorizedException', 'Incorrect username or password.');
  await refused(app.reset('maria', code, PASSWORD), 'ExpiredCodeException');
  await app.forgot('maria');
  const late = await codeTo(foyer, email);
  await foyer.shiftClock(HOUR);
  await refused(app.reset('maria', late, PASSWORD), 'ExpiredCodeException');
  await foyer.shiftClock(-HOUR);
});

test('USR-17 USR-61 who may recover and where the code goes', async () => {
  const both = { email: 'reach@example.com', phone_number: '+12065550161' };
  const proven = list({ ...both, email_verified: 'true', phone_number_verified: 'true' });
  const medium = async (first?: 'verified_email') => {
    const app = await openApplication(foyer, {
      ...(first && { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: first, Priority: 1 }] } }),
    });
    const { UserPoolId, administrator } = app;
    const named = { UserPoolId, Username: 'maria' };
    await administrator.send(
      new AdminCreateUserCommand({ ...named, UserAttributes: proven, MessageAction: 'SUPPRESS' }),
    );
    await refused(
      app.forgot('maria'),
      'NotAuthorizedException',
      'User password cannot be reset in the current state.',
    );
    await administrator.send(
      new AdminSetUserPasswordCommand({ ...named, Password: PASSWORD, Permanent: true }),
    );
    const { CodeDeliveryDetails } = await app.forgot('maria');
    await administrator.send(new AdminDisableUserCommand(named));
    await refused(app.forgot('maria'), 'NotAuthorizedException', 'User is disabled.');
    return CodeDeliveryDetails?.DeliveryMedium;
  };
  assert.equal(await medium(), 'SMS');
  assert.equal(await medium('verified_email'), 'EMAIL');
});
