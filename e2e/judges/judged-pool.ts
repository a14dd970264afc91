/**
 * The pool that applications sign in to through unmodified client libraries: a public client for browsers, and one
 * with a secret for servers. People sign in with a username or their e-mail address.
 */
export const JUDGED = {
  poolId: 'us-east-1_JudgedPool',
  domain: 'judged',
  app: 'judgedapplication000000001',
  server: 'judgedserverapp00000000001',
  secret: 'a-secret-of-the-server-that-nobody-else-knows',
  callback: 'http://localhost/callback',
} as const;

export const PASSWORD = 'Correct-Horse-7';
export const NEW_PASSWORD = 'Battery-Staple-8';

const flows = {
  ExplicitAuthFlows: [
    'ALLOW_USER_SRP_AUTH',
    'ALLOW_USER_PASSWORD_AUTH',
    'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    'ALLOW_USER_AUTH',
    'ALLOW_REFRESH_TOKEN_AUTH',
  ],
  PreventUserExistenceErrors: 'ENABLED',
};

/** @param callback where the browser client's redirects lead; the application's own origin. */
export function judgedPool(callback: string = JUDGED.callback) {
  const oauth = {
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    CallbackURLs: [callback],
    LogoutURLs: [callback],
  };
  return {
    pools: [
      {
        id: JUDGED.poolId,
        domain: JUDGED.domain,
        settings: {
          PoolName: 'Judged',
          AliasAttributes: ['email'],
          UsernameConfiguration: { CaseSensitive: false },
          AutoVerifiedAttributes: ['email'],
          Schema: [{ Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true }],
        },
        clients: [
          { id: JUDGED.app, settings: { ClientName: 'Application', ...flows, ...oauth } },
          { id: JUDGED.server, secret: JUDGED.secret, settings: { ClientName: 'Server', ...flows } },
        ],
        users: [],
      },
    ],
  };
}
