/** What the audit says of people who sign up and in through the API, without a signature; and that it keeps their secrets. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import {
  AdminInitiateAuthCommand,
  ChangePasswordCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  DeleteUserCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { mailedAfter } from './judges/mailed-after.ts';
import { mailedCode, PASSWORD } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const EMAIL = 'pia.public@example.com';
const NEW_PASSWORD = 'Another-Horse-8';
const RESET_PASSWORD = 'Yet-Another-Horse-9';
const ClientId = 'storyauditedclient00000001';

interface Entry {
  eventName: string;
  eventType: string;
  outcome: string;
  errorCode?: string;
  errorMessage?: string;
  readOnly: boolean;
  userAgent: string;
  userIdentity: { type: string; principalId?: string };
  requestParameters: Record<string, unknown> | null;
  responseElements: Record<string, unknown> | null;
  additionalEventData: { userPoolId?: string; clientId?: string; sub?: string };
}

let foyer: Foyer;
let sub: string | undefined;
const secrets: string[] = [
  EMAIL,
  PASSWORD,
  NEW_PASSWORD,
  RESET_PASSWORD,
  'Mistyped-Horse-7',
  'Pia the Public',
];

before(async () => {
  const settings = {
    ClientName: 'Audited',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    PreventUserExistenceErrors: 'ENABLED',
  };
  foyer = await startFoyer({
    poolFile: storyPool({ clients: [{ id: ClientId, settings }] }),
    env: { FOYER_AUDIT_FILE: 'audit.log' },
  });
  await story(administratorOf(foyer));
});

/** From signing up to deleting oneself. */
async function story(api: CognitoIdentityProviderClient): Promise<void> {
  const user = { ClientId, Username: EMAIL };
  const UserAttributes = [
    { Name: 'email', Value: EMAIL },
    { Name: 'name', Value: 'Pia the Public' },
  ];
  ({ UserSub: sub } = await api.send(new SignUpCommand({ ...user, Password: PASSWORD, UserAttributes })));
  const code = await mailedCode(foyer, EMAIL);
  const wrong = code === '123456' ? '654321' : '123456';
  await assert.rejects(api.send(new ConfirmSignUpCommand({ ...user, ConfirmationCode: wrong })));
  await api.send(new ConfirmSignUpCommand({ ...user, ConfirmationCode: code }));

  const signIn = (PASSWORD: string, USERNAME = EMAIL) =>
    api.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
      }),
    );
  await assert.rejects(signIn('Mistyped-Horse-7'));
  await assert.rejects(signIn(PASSWORD, 'nobody@example.com'));
  const { AuthenticationResult } = await signIn(PASSWORD);
  const { AccessToken, IdToken = '', RefreshToken } = AuthenticationResult ?? {};
  await api.send(new GetUserCommand({ AccessToken }));
  const renewed = await api.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
  await api.send(
    new ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW_PASSWORD }),
  );
  const reset = await mailedAfter(foyer, EMAIL, () => api.send(new ForgotPasswordCommand(user)));
  await api.send(
    new ConfirmForgotPasswordCommand({ ...user, ConfirmationCode: reset, Password: RESET_PASSWORD }),
  );
  const admin = await api.send(
    new AdminInitiateAuthCommand({
      UserPoolId: STORY.poolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: EMAIL, PASSWORD: RESET_PASSWORD },
    }),
  );
  const held = admin.AuthenticationResult ?? {};
  await api.send(new RevokeTokenCommand({ ClientId, Token: renewed.AuthenticationResult?.RefreshToken }));
  await api.send(new DeleteUserCommand({ AccessToken: held.AccessToken }));
  secrets.push(code, wrong, reset, AccessToken ?? '', IdToken, RefreshToken ?? '', held.AccessToken ?? '');
  secrets.push(renewed.AuthenticationResult?.RefreshToken ?? '', held.RefreshToken ?? '', 'nobody@example');
  await foyer.stop();
}

const text = () => readFileSync(join(foyer.dataFolder, '..', 'audit.log'), 'utf8');
const entries = (): Entry[] =>
  text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ userIdentity }: Entry) => userIdentity.type !== 'AWSService');

test('OPS-145 whoever signs up and in through the API is on record by pool, client and account', () => {
  const told = entries().map(({ eventName, outcome, errorCode, additionalEventData }) => [
    eventName,
    errorCode ?? outcome,
    additionalEventData.userPoolId === STORY.poolId,
    additionalEventData.clientId === ClientId,
    additionalEventData.sub === undefined ? 'nobody' : additionalEventData.sub === sub,
  ]);
  assert.deepEqual(told.toSorted(byName), [
    ['AdminInitiateAuth', 'success', true, true, true],
    ['ChangePassword', 'success', true, true, true],
    ['ConfirmForgotPassword', 'success', true, true, true],
    ['ConfirmSignUp', 'CodeMismatchException', true, true, true],
    ['ConfirmSignUp', 'success', true, true, true],
    ['DeleteUser', 'success', true, true, true],
    ['ForgotPassword', 'success', true, true, true],
    ['GetTokensFromRefreshToken', 'success', true, true, true],
    ['GetUser', 'success', true, true, true],
    ['InitiateAuth', 'NotAuthorizedException', true, true, 'nobody'],
    ['InitiateAuth', 'NotAuthorizedException', true, true, true],
    ['InitiateAuth', 'success', true, true, true],
    ['RevokeToken', 'success', true, true, 'nobody'],
    ['SignUp', 'success', true, true, true],
  ]);
});

/** What was told of public calls is written when the account is known, so neighbours may change places. */
function byName(a: unknown[], b: unknown[]): number {
  const [first, second] = [a.join(' '), b.join(' ')];
  return first < second ? -1 : first > second ? 1 : 0;
}

test('callers without a signature are nobody that we know, and an answer with tokens is no mere reading', () => {
  for (const { eventName, userIdentity, readOnly, userAgent, eventType } of entries()) {
    const signed = eventName.startsWith('Admin');
    assert.deepEqual(
      userIdentity,
      signed ? { ...userIdentity, type: 'IAMUser' } : { type: 'Unknown', principalId: 'Anonymous' },
    );
    assert.equal(readOnly, eventName === 'GetUser', eventName);
    assert.equal(eventType, 'AwsApiCall');
    assert.match(userAgent, /aws-sdk-js/);
  }
});

test('OPS-144 nothing that was typed, sent or issued is in the audit, only its place', () => {
  const whole = text();
  for (const secret of secrets) {
    assert.ok(secret.length >= 6);
    assert.ok(!whole.includes(secret), `${secret.slice(0, 4)}... is in the audit`);
  }
  const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  const signUp = entries().find(({ eventName }) => eventName === 'SignUp');
  assert.deepEqual(signUp?.requestParameters?.['userAttributes'], [
    { name: 'email', value: hidden },
    { name: 'name', value: hidden },
  ]);
  const signIn = entries().find(
    ({ eventName, outcome }) => eventName === 'InitiateAuth' && outcome === 'success',
  );
  assert.equal(signIn?.requestParameters?.['authParameters'], hidden);
  assert.equal(signIn?.requestParameters?.['authFlow'], 'USER_PASSWORD_AUTH');
  const result = signIn?.responseElements?.['authenticationResult'] as Record<string, unknown>;
  for (const token of ['accessToken', 'idToken', 'refreshToken']) assert.equal(result[token], hidden);
});
