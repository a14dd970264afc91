/**
 * Signing in through the JSON API as applications and back ends do it, with the AWS SDK. What a rule decides in detail
 * is tested beside the rule; what somebody tries who wants in is in `attacks/api-sign-in.test.ts`. Long, but one file:
 * each starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  CreateUserPoolClientCommand,
  GetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { PASSWORD, record, refused } from './sdk-application.ts';
import { openSignIn, type Texts, tokensOf } from './sign-in-application.ts';
import { startSrpClient } from './srp-client.ts';
import { type Foyer, startFoyer } from './start.ts';

const NEW = 'Another-Horse-8';

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer();
});
const open = (...settings: [object?, object?]) => openSignIn(foyer, ...settings);

test('SEC-01 SEC-07 SEC-13 SEC-14 USER_PASSWORD_AUTH gives tokens in one call, with no keys and no secret', async () => {
  const app = await open();
  await app.person('maria', { email: 'maria@example.com' });
  const { sub } = record((await app.look('maria')).UserAttributes);
  const answer = await app.password('maria');
  const { AccessToken, IdToken, RefreshToken, ...rest } = answer.AuthenticationResult ?? {};
  assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' });
  assert.deepEqual([answer.ChallengeName, answer.Session], [undefined, undefined]);
  const [access, id] = [decodeJwt(AccessToken ?? ''), decodeJwt(IdToken ?? '')];
  assert.equal(access['scope'], 'aws.cognito.signin.user.admin');
  assert.equal(access['username'], 'maria');
  assert.equal(access.sub, sub);
  assert.equal(id['email'], 'maria@example.com');
  assert.equal(id.aud, app.ClientId);
  assert.ok(RefreshToken);
  const { Username } = await app.sdk.send(new GetUserCommand({ AccessToken }));
  assert.equal(Username, 'maria');
});

test('SEC-02 SEC-23 over plain HTTP: status, headers and body of a refusal, and of a flow that nobody knows', async () => {
  const app = await open();
  const post = async (body: object) => {
    const response = await fetch(foyer.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
      },
      body: JSON.stringify(body),
    });
    return { response, answer: (await response.json()) as { __type: string; message: string } };
  };
  const given = { ClientId: app.ClientId, AuthFlow: 'USER_PASSWORD_AUTH' };
  const nobody = await post({ ...given, AuthParameters: { USERNAME: 'nobody', PASSWORD } });
  assert.equal(nobody.response.status, 400);
  assert.deepEqual(nobody.answer, { __type: 'UserNotFoundException', message: 'User does not exist.' });
  assert.match(nobody.response.headers.get('x-amzn-errortype') ?? '', /^UserNotFoundException/);
  const unknown = await post({ ...given, AuthFlow: 'MAGIC_AUTH', AuthParameters: {} });
  assert.equal(unknown.answer.__type, 'InvalidParameterException');
  assert.match(unknown.answer.message, /authFlow/);
});

test('SEC-04 SEC-05 what nobody asked for is passed over, and null is as nothing', async () => {
  const app = await open();
  await app.invited('maria');
  const first = await app.initiate('USER_PASSWORD_AUTH', { USERNAME: 'maria', PASSWORD, FLAVOUR: 'mint' });
  const ChallengeResponses = {
    USERNAME: 'maria',
    NEW_PASSWORD: NEW,
    DEVICE_KEY: null,
    SMS_MFA_CODE: null,
    FLAVOUR: 'mint',
  } as unknown as Texts;
  tokensOf(await app.respond('NEW_PASSWORD_REQUIRED', first.Session, ChallengeResponses));
});

test('SEC-19 SEC-20 SEC-21 SEC-22 what is missing is named', async () => {
  const app = await open();
  const missing = (call: Promise<unknown>, name: string) =>
    refused(call, 'InvalidParameterException', `Missing required parameter ${name}`);
  await missing(app.initiate('USER_PASSWORD_AUTH', { PASSWORD }), 'USERNAME');
  await missing(app.initiate('USER_PASSWORD_AUTH', { USERNAME: 'maria' }), 'PASSWORD');
  await missing(app.initiate('USER_SRP_AUTH', { USERNAME: 'maria' }), 'SRP_A');
  await missing(app.initiate('REFRESH_TOKEN_AUTH', {}), 'REFRESH_TOKEN');
  await missing(app.admin('ADMIN_NO_SRP_AUTH', { USERNAME: 'maria' }), 'PASSWORD');
  await missing(
    app.respond('NEW_PASSWORD_REQUIRED', undefined, { USERNAME: 'maria', NEW_PASSWORD: NEW }),
    'Session',
  );
  await missing(app.respond('NEW_PASSWORD_REQUIRED', undefined, {}), 'USERNAME');
  await missing(
    app.respond('PASSWORD_VERIFIER', undefined, { USERNAME: 'maria' }),
    'PASSWORD_CLAIM_SECRET_BLOCK',
  );
  const nobodys = { ClientId: 'nobodysclient0000000000000' };
  await refused(
    app.initiate('USER_PASSWORD_AUTH', { USERNAME: 'maria', PASSWORD }, nobodys),
    'ResourceNotFoundException',
    'User pool client nobodysclient0000000000000 does not exist.',
  );
});

test('SEC-24 SEC-25 SEC-27 SEC-30 SEC-31 SEC-68 each flow is for the clients and callers that it is for', async () => {
  const app = await open();
  await app.person('maria');
  const given = { USERNAME: 'maria', PASSWORD };
  const SRP_A = (await startSrpClient(app.UserPoolId)).publicValue;
  const flows = (...ExplicitAuthFlows: string[]) =>
    app.addClient({ ExplicitAuthFlows: ExplicitAuthFlows as [] });
  const wrong = (call: Promise<unknown>, message: string) =>
    refused(call, 'InvalidParameterException', message);

  const plain = await flows();
  const by = { ClientId: plain.ClientId };
  assert.equal(
    (await app.initiate('USER_SRP_AUTH', { USERNAME: 'maria', SRP_A }, by)).ChallengeName,
    'PASSWORD_VERIFIER',
  );
  await wrong(
    app.initiate('USER_PASSWORD_AUTH', given, by),
    'USER_PASSWORD_AUTH flow not enabled for this client',
  );
  await wrong(app.admin('ADMIN_NO_SRP_AUTH', given, by), 'Auth flow not enabled for this client');
  await wrong(app.initiate('USER_AUTH', given, by), 'USER_AUTH is not enabled for the client.');

  const custom = { ClientId: (await flows('CUSTOM_AUTH_FLOW_ONLY')).ClientId };
  await wrong(
    app.initiate('USER_SRP_AUTH', { USERNAME: 'maria', SRP_A }, custom),
    'USER_SRP_AUTH is not enabled for the client.',
  );
  await wrong(
    app.initiate('USER_PASSWORD_AUTH', given, custom),
    'USER_PASSWORD_AUTH flow not enabled for this client',
  );
  const unsupported = 'Initiate Auth method not supported.';
  await wrong(app.initiate('ADMIN_NO_SRP_AUTH', given), unsupported);
  await wrong(app.initiate('ADMIN_USER_PASSWORD_AUTH', given), unsupported);
  await wrong(app.admin('USER_PASSWORD_AUTH', given), unsupported);
  await wrong(
    app.initiate('CUSTOM_AUTH', given),
    'Custom auth lambda trigger is not configured for the user pool.',
  );
  const refreshless = { ClientId: (await flows('ALLOW_USER_SRP_AUTH')).ClientId };
  await wrong(
    app.initiate('REFRESH_TOKEN', { REFRESH_TOKEN: 'x' }, refreshless),
    'REFRESH_TOKEN_AUTH is not enabled for the client.',
  );
});

test('SEC-28 SEC-29 names of flows that do not go together, or do not exist, are refused', async () => {
  const { administrator, UserPoolId } = await open();
  const create = (...ExplicitAuthFlows: string[]) =>
    administrator.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'another',
        ExplicitAuthFlows: ExplicitAuthFlows as [],
      }),
    );
  await refused(create('USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'), 'InvalidParameterException');
  await refused(create('ADMIN_NO_SRP_AUTHENTICATION'), 'InvalidParameterException');
  await create('USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH');
});

test('SEC-46 a client may give three to fifteen minutes for a challenge', async () => {
  const app = await open();
  for (const AuthSessionValidity of [2, 16])
    await refused(app.addClient({ AuthSessionValidity }), 'InvalidParameterException');
  for (const AuthSessionValidity of [3, 15])
    assert.equal((await app.addClient({ AuthSessionValidity })).AuthSessionValidity, AuthSessionValidity);
});

test('SEC-32 SEC-33 SEC-35 SEC-36 USR-07 what is told to whom, by both forms', async () => {
  const app = await open();
  await app.signUp('mia');
  await app.person('dora');
  await app.administrator.send(new AdminDisableUserCommand(app.named('dora')));
  await app.person('maria');
  const by = {
    password: app.password,
    srp: async (name: string, word?: string) => (await app.srp(name)).finish(word),
  };
  const no = 'NotAuthorizedException';
  for (const sign of Object.values(by)) {
    await refused(sign('maria', 'Wrong-Horse-7'), no, 'Incorrect username or password.');
    await refused(sign('nobody'), 'UserNotFoundException', 'User does not exist.');
    await refused(sign('dora'), no, 'User is disabled.');
    await refused(sign('mia'), 'UserNotConfirmedException', 'User is not confirmed.');
    await refused(sign('mia', 'Wrong-Horse-7'), no, 'Incorrect username or password.');
  }
});

test('SEC-37 USR-08 who must reset a password is told so, whatever they send', async () => {
  const app = await open();
  await app.person('maria', { email: 'maria@example.com', email_verified: 'true' });
  await app.administrator.send(new AdminResetUserPasswordCommand(app.named('maria')));
  for (const word of [PASSWORD, 'Wrong-Horse-7']) {
    await refused(app.password('maria', word), 'PasswordResetRequiredException');
    await refused(app.srp('maria'), 'PasswordResetRequiredException', 'Password reset required for the user');
    await refused(app.initiate('USER_AUTH', { USERNAME: 'maria' }), 'PasswordResetRequiredException');
    await refused(
      app.admin('ADMIN_NO_SRP_AUTH', { USERNAME: 'maria', PASSWORD: word }),
      'PasswordResetRequiredException',
    );
  }
});

test('SEC-67 SEC-69 SEC-70 SEC-71 SEC-74 SEC-08 a back end signs somebody in, by the older and the newer name', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  await app.person('maria');
  for (const flow of ['ADMIN_NO_SRP_AUTH', 'ADMIN_USER_PASSWORD_AUTH'] as const)
    tokensOf(await app.admin(flow, { USERNAME: 'maria', PASSWORD }));
  await refused(
    app.sdk.send(
      new InitiateAuthCommand({
        ClientId: app.ClientId,
        AuthFlow: 'ADMIN_NO_SRP_AUTH',
        AuthParameters: { USERNAME: 'maria', PASSWORD },
      }),
    ),
    'InvalidParameterException',
  );
  const bare = await fetch(foyer.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.AdminInitiateAuth',
    },
    body: JSON.stringify({
      UserPoolId: app.UserPoolId,
      ClientId: app.ClientId,
      AuthFlow: 'ADMIN_NO_SRP_AUTH',
    }),
  });
  assert.equal(bare.status, 400);
  assert.match(
    ((await bare.json()) as { __type: string }).__type,
    /AuthenticationToken|AuthFailure|AccessDenied/,
  );

  const other = await open();
  const given = { USERNAME: 'maria', PASSWORD };
  await refused(
    app.admin('ADMIN_NO_SRP_AUTH', given, { ClientId: other.ClientId }),
    'ResourceNotFoundException',
    `User pool client ${other.ClientId} does not exist.`,
  );
  await refused(
    app.admin('ADMIN_NO_SRP_AUTH', given, { UserPoolId: undefined }),
    'InvalidParameterException',
    "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
  );

  await app.invited('mia', { email: 'mia@example.com', email_verified: 'true' });
  const { Session, ChallengeName, ChallengeParameters } = await app.admin('ADMIN_NO_SRP_AUTH', {
    USERNAME: 'mia@example.com',
    PASSWORD,
  });
  assert.equal(ChallengeName, 'NEW_PASSWORD_REQUIRED');
  assert.equal(ChallengeParameters?.['USER_ID_FOR_SRP'], 'mia');
  tokensOf(
    await app.administrator.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId: app.UserPoolId,
        ClientId: app.ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: 'mia', NEW_PASSWORD: NEW },
      }),
    ),
  );
});
