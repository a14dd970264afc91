/** What a caller may not do, and what is not there. */
import { PASSWORD } from '../person.ts';
import { STORY } from '../story-pool.ts';
import {
  AccessToken,
  admin,
  app,
  CLOSED,
  CLOSED_APP,
  done,
  LASTING,
  NARROW,
  type Row,
  SECRET,
  SECRET_APP,
  signUp,
  tokens,
} from './stage.ts';

export const forbidden: Row[] = [
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
  [
    'FeatureUnavailableInTierException',
    'keeping track of sessions in the smallest tier',
    /LITE/,
    admin('SetUserPoolSessionConfiguration', {
      UserPoolId: CLOSED,
      UserSessionTracking: 'ENABLED',
      TokenSession: { MaxPerUser: 5 },
    }),
  ],
];

export const missing: Row[] = [
  ['UserNotFoundException', 'a user', 'User does not exist.', admin('AdminGetUser', { Username: 'nobody' })],
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
  [
    'ResourceNotFoundException',
    'an import',
    /^User import job import-none does not exist/,
    admin('DescribeUserImportJob', { JobId: 'import-none' }),
  ],
  [
    'PreconditionNotMetException',
    'an import that was sent no file',
    'No file was uploaded for the import job.',
    async () => {
      const CloudWatchLogsRoleArn = 'arn:aws:iam::123456789012:role/logs';
      const made = await done(admin('CreateUserImportJob', { JobName: 'people', CloudWatchLogsRoleArn }));
      return admin('StartUserImportJob', { JobId: made.UserImportJob.JobId })();
    },
  ],
];
