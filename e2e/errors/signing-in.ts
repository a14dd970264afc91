/** What signing in is refused for. Rows are walked in their order: some need what was done by one before. */
import { PASSWORD } from '../person.ts';
import {
  AccessToken,
  APP,
  admin,
  app,
  done,
  HIDING,
  initiate,
  oneOf,
  ROTATING,
  type Row,
  SECRET_APP,
  SRP_ONLY,
  withPassword,
} from './stage.ts';

const wrong = (USERNAME: string) => initiate({ USERNAME, PASSWORD: 'Wrong-Horse-7' });

export const people: Row[] = [
  ['NotAuthorizedException', 'a wrong password', 'Incorrect username or password.', wrong('mia')],
  ['UserNotFoundException', 'nobody', 'User does not exist.', withPassword('nobody')],
  [
    'NotAuthorizedException',
    'nobody, where that is not told',
    'Incorrect username or password.',
    withPassword('nobody', { ClientId: HIDING }),
  ],
  ['NotAuthorizedException', 'who is disabled', 'User is disabled.', withPassword('barred')],
  ['UserNotConfirmedException', 'who never confirmed', 'User is not confirmed.', withPassword('waits')],
  [
    'PasswordResetRequiredException',
    'whose password an administrator took',
    'Password reset required for the user',
    async () => {
      await done(admin('AdminResetUserPassword', { Username: 'reset' }));
      return withPassword('reset')();
    },
  ],
  [
    'NotAuthorizedException',
    'too many wrong passwords',
    'Password attempts exceeded',
    async () => {
      await oneOf(20, wrong('locked'));
      return withPassword('locked')();
    },
  ],
];

const missing = (name: string) => `Missing required parameter ${name}`;
export const calls: Row[] = [
  ['InvalidParameterException', 'no name', missing('USERNAME'), initiate({ PASSWORD })],
  ['InvalidParameterException', 'no password', missing('PASSWORD'), initiate({ USERNAME: 'mia' })],
  [
    'InvalidParameterException',
    'a flow that the client has not',
    'USER_PASSWORD_AUTH flow not enabled for this client',
    withPassword('mia', { ClientId: SRP_ONLY }),
  ],
  [
    'InvalidParameterException',
    'SRP where the client has it not',
    'USER_SRP_AUTH is not enabled for the client.',
    initiate({ USERNAME: 'mia', SRP_A: 'a1' }, { AuthFlow: 'USER_SRP_AUTH' }),
  ],
  [
    'InvalidParameterException',
    'a flow for administrators only',
    'Initiate Auth method not supported.',
    withPassword('mia', { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }),
  ],
  [
    'InvalidParameterException',
    'an administrator, where the client has it not',
    'Auth flow not enabled for this client',
    admin('AdminInitiateAuth', {
      ClientId: SRP_ONLY,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'mia', PASSWORD },
    }),
  ],
  [
    'NotAuthorizedException',
    'a secret hash that is wrong',
    `Unable to verify secret hash for client ${SECRET_APP}`,
    initiate({ USERNAME: 'mia', PASSWORD, SECRET_HASH: 'x' }, { ClientId: SECRET_APP }),
  ],
  [
    'ResourceNotFoundException',
    'a client that is not there',
    'User pool client nobody does not exist.',
    withPassword('mia', { ClientId: 'nobody' }),
  ],
];

const invite = admin('AdminCreateUser', {
  Username: 'invited',
  TemporaryPassword: PASSWORD,
  MessageAction: 'SUPPRESS',
});
export const respond = (Session: string | undefined, more: object = {}) =>
  app('RespondToAuthChallenge', {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session,
    ChallengeResponses: { USERNAME: 'invited', NEW_PASSWORD: 'Another-Horse-8' },
    ...more,
  });
/** The session of somebody who was invited, and signs in for the first time. */
export const begun = async () => {
  await invite();
  return (await done(withPassword('invited'))).Session as string;
};
export const sessions: Row[] = [
  ['InvalidParameterException', 'no session', missing('Session'), respond(undefined)],
  ['CodeMismatchException', 'a session that is none', 'Invalid session provided', respond('x'.repeat(40))],
  [
    'NotAuthorizedException',
    'a session of another client',
    'Invalid session for the user.',
    async () => respond(await begun(), { ClientId: HIDING })(),
  ],
  [
    'InvalidPasswordException',
    'a new password that the policy forbids',
    'Password did not conform with policy: Password must have uppercase characters',
    async () =>
      respond(await begun(), { ChallengeResponses: { USERNAME: 'invited', NEW_PASSWORD: 'lowercase-1' } })(),
  ],
  [
    'NotAuthorizedException',
    'a session that was used',
    'Invalid session for the user, session can only be used once.',
    async () => {
      const Session = await begun();
      await done(respond(Session));
      return respond(Session)();
    },
  ],
];

const refresh = (REFRESH_TOKEN: string) => initiate({ REFRESH_TOKEN }, { AuthFlow: 'REFRESH_TOKEN_AUTH' });
const rotate = (RefreshToken: string) =>
  app('GetTokensFromRefreshToken', { ClientId: ROTATING, RefreshToken });
const tokensOf = async (username: string, ClientId: string = APP) =>
  (await done(withPassword(username, { ClientId }))).AuthenticationResult;
export const refreshing: Row[] = [
  ['NotAuthorizedException', 'a token that is none', 'Invalid Refresh Token.', refresh('x')],
  ['NotAuthorizedException', 'an access token', 'Invalid Refresh Token.', refresh(AccessToken ?? '')],
  [
    'NotAuthorizedException',
    'after signing out',
    'Refresh Token has been revoked',
    async () => {
      const { AccessToken, RefreshToken } = await tokensOf('leaves');
      await done(app('GlobalSignOut', { AccessToken }));
      return refresh(RefreshToken)();
    },
  ],
  [
    'RefreshTokenReuseException',
    'a token that was exchanged',
    /already/,
    async () => {
      const { RefreshToken } = await tokensOf('mia', ROTATING);
      await done(rotate(RefreshToken));
      return rotate(RefreshToken)();
    },
  ],
];

export const remembered: Row[] = [
  [
    'PasswordHistoryPolicyViolationException',
    'a password that somebody had',
    'Password has previously been used and cannot be reused.',
    async () => {
      const { AccessToken } = await tokensOf('kim');
      return app('ChangePassword', { AccessToken, PreviousPassword: PASSWORD, ProposedPassword: PASSWORD })();
    },
  ],
];
