/** The pool of the stories: people sign in with their e-mail address; a public, a confidential and a machine client. */
export const STORY = {
  poolId: 'us-east-1_StoryPool1',
  domain: 'story',
  callback: 'https://app.example.com/callback',
  publicClient: 'storypublicclient0000000001',
  webClient: 'storywebclient000000000001',
  webSecret: 'a-secret-of-the-stories-that-nobody-else-knows',
  machineClient: 'storymachineclient00000001',
} as const;

const oauth = {
  SupportedIdentityProviders: ['COGNITO'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
  CallbackURLs: [STORY.callback],
  LogoutURLs: ['https://app.example.com/bye'],
};

/** A pool file with that pool; the entry's members can be changed for a story. */
export function storyPool(change: Record<string, unknown> = {}) {
  return {
    pools: [
      {
        id: STORY.poolId,
        domain: STORY.domain,
        settings: {
          PoolName: 'Stories',
          UsernameAttributes: ['email'],
          UsernameConfiguration: { CaseSensitive: false },
          AutoVerifiedAttributes: ['email'],
          Schema: [{ Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true }],
        },
        resourceServers: [
          {
            Identifier: 'orders',
            Name: 'Orders',
            Scopes: [{ ScopeName: 'read', ScopeDescription: 'See orders' }],
          },
        ],
        clients: [
          { id: STORY.publicClient, settings: { ClientName: 'Public', ...oauth } },
          { id: STORY.webClient, secret: STORY.webSecret, settings: { ClientName: 'Web', ...oauth } },
          {
            id: STORY.machineClient,
            secret: STORY.webSecret,
            settings: {
              ClientName: 'Machine',
              AllowedOAuthFlowsUserPoolClient: true,
              AllowedOAuthFlows: ['client_credentials'],
              AllowedOAuthScopes: ['orders/read'],
            },
          },
        ],
        users: [],
        ...change,
      },
    ],
  };
}
