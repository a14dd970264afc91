/**
 * The catalogue of errors as an application meets it: each name with what leads to it, and the service's own text.
 * What belongs to one operation alone is proven with that operation.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbidden, missing } from './errors/refused.ts';
import { begun, calls, people, refreshing, remembered, respond, sessions } from './errors/signing-in.ts';
import {
  AccessToken,
  admin,
  app,
  attributes,
  CLOSED,
  catalogue,
  codeTo,
  done,
  foyer,
  oneOf,
  type Row,
  times,
  withPassword,
} from './errors/stage.ts';
import { parameters, passwords, taken } from './errors/wrong.ts';
import { freePort } from './free-port.ts';
import { PASSWORD } from './person.ts';
import { callApi } from './signed-call.ts';
import { startFoyer } from './start.ts';

const told = new Set<string>();
async function walk(rows: Row[]): Promise<void> {
  for (const [type, when, text, call] of rows) {
    const { status, type: got, message } = await call();
    assert.deepEqual([status, got], [400, type], `${when}: ${message}`);
    if (typeof text === 'string') assert.equal(message, text, when);
    else assert.match(message, text, when);
    told.add(got);
  }
}

test('names that are taken', () => walk(taken));
test('passwords that the policy forbids', () => walk(passwords));
test('parameters that are wrong', () => walk(parameters));
test('what a caller may not do', () => walk(forbidden));
test('what is not there', () => walk(missing));
test('people who cannot sign in', () => walk(people));
test('calls that sign nobody in', () => walk(calls));
test('sessions of a challenge', () => walk(sessions));
test('a password that the pool remembers', () => walk(remembered));
test('refresh tokens that give nothing', () => walk(refreshing));

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
  await done(admin('AdminDeleteUser', { Username: 'invited' }));
  const begunBefore = respond(await begun());
  await foyer.shiftClock(25 * 3_600_000);
  await walk([
    ['ExpiredCodeException', 'a day later', expired, late],
    ['NotAuthorizedException', 'a day later', 'Access Token has expired', app('GetUser', { AccessToken })],
    [
      'NotAuthorizedException',
      'a challenge a day later',
      'Invalid session for the user, session is expired.',
      begunBefore,
    ],
  ]);
  await foyer.shiftClock(7 * 24 * 3_600_000);
  await walk([
    [
      'NotAuthorizedException',
      'an invitation after its week',
      'Temporary password has expired and must be reset by an administrator.',
      withPassword('invited'),
    ],
  ]);
  await foyer.shiftClock(-(25 + 7 * 24) * 3_600_000);
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

/** The names of the catalogue that a pool without triggers, second factors, devices and upstream providers can give. */
const CATALOGUE = [
  'AliasExistsException',
  'CodeDeliveryFailureException',
  'CodeMismatchException',
  'ExpiredCodeException',
  'FeatureUnavailableInTierException',
  'GroupExistsException',
  'InvalidOAuthFlowException',
  'InvalidParameterException',
  'InvalidPasswordException',
  'InvalidUserPoolConfigurationException',
  'LimitExceededException',
  'NotAuthorizedException',
  'OperationNotEnabledException',
  'PasswordHistoryPolicyViolationException',
  'PasswordResetRequiredException',
  'PreconditionNotMetException',
  'RefreshTokenReuseException',
  'ResourceNotFoundException',
  'ScopeDoesNotExistException',
  'TooManyRequestsException',
  'UnauthorizedException',
  'UnsupportedOperationException',
  'UnsupportedTokenTypeException',
  'UnsupportedUserStateException',
  'UserNotConfirmedException',
  'UserNotFoundException',
  'UserPoolAddOnNotEnabledException',
  'UserPoolTaggingException',
  'UsernameExistsException',
];

test('USR-255 every name of the catalogue was told', () => {
  assert.deepEqual(
    CATALOGUE.filter((name) => !told.has(name)),
    [],
  );
});
