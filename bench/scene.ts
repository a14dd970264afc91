/**
 * What both sides of a comparison are set up with: the same application, the same machine client, the same people.
 * Nothing here is a secret of anyone's; everything listens on the loopback interface only, for minutes.
 */
export const SCENE = {
  poolId: 'us-east-1_BenchPool1',
  domain: 'bench',
  callback: 'https://app.example.com/callback',
  webClient: 'benchwebclient000000000001',
  machineClient: 'benchmachineclient00000001',
  federatedClient: 'benchfederatedclient000001',
  provider: 'Mock',
  apiClient: 'benchapiclient000000000001',
  secret: 'a-secret-of-the-benchmark-and-of-nothing-else',
  password: 'Correct-Horse-7',
  scope: 'openid email',
  machineScope: 'orders/read',
} as const;

/** So many, from the first, can sign in by SRP: what the server keeps for it takes milliseconds to make. */
export const SRP_PEOPLE = 40;

/** People are numbered from 0. Names of equal length keep their rows of equal size. */
export const personNamed = (index: number) => `person-${String(index).padStart(8, '0')}@example.com`;

/** What the load generator must know of a server. Paths are below `origin`. */
export interface Target {
  /** As links and redirects name it, `http://127.0.0.1:<port>`. */
  origin: string;
  /** Where its processes listen; requests go to them in turn, as a load balancer would send them. */
  ports: number[];
  authorize: string;
  token: string;
  /** The same of a pool of the `openid` profile, where its row is measured, and where requests are pushed. */
  openid?: { authorize: string; token: string; par: string; client: string };
  /** How many people there are to sign in as. */
  people: number;
  /** Pool and public client for the JSON API, where there is one. */
  userPool?: string;
  apiClient?: string;
  /** An access key of the JSON API. */
  accessKey?: { id: string; secret: string };
}

/** Foyer's pool file for the scene; the other people are copies of its one person. */
export function scenePool() {
  return {
    pools: [
      {
        id: SCENE.poolId,
        domain: SCENE.domain,
        settings: {
          PoolName: 'Bench',
          UsernameAttributes: ['email'],
          UsernameConfiguration: { CaseSensitive: false },
          AutoVerifiedAttributes: ['email'],
        },
        resourceServers: [
          {
            Identifier: 'orders',
            Name: 'Orders',
            Scopes: [{ ScopeName: 'read', ScopeDescription: 'See orders' }],
          },
        ],
        clients: [
          // The second is for those who come through a provider: a button would cost the page of the first.
          ...[SCENE.webClient, SCENE.federatedClient].map((id) => ({
            id,
            secret: SCENE.secret,
            settings: {
              ClientName: 'Web',
              SupportedIdentityProviders: ['COGNITO'],
              AllowedOAuthFlowsUserPoolClient: true,
              AllowedOAuthFlows: ['code'],
              AllowedOAuthScopes: SCENE.scope.split(' '),
              CallbackURLs: [SCENE.callback],
            },
          })),
          {
            id: SCENE.apiClient,
            settings: {
              ClientName: 'Programs',
              ExplicitAuthFlows: [
                'ALLOW_USER_PASSWORD_AUTH',
                'ALLOW_USER_SRP_AUTH',
                'ALLOW_REFRESH_TOKEN_AUTH',
              ],
            },
          },
          {
            id: SCENE.machineClient,
            secret: SCENE.secret,
            settings: {
              ClientName: 'Machine',
              AllowedOAuthFlowsUserPoolClient: true,
              AllowedOAuthFlows: ['client_credentials'],
              AllowedOAuthScopes: [SCENE.machineScope],
            },
          },
        ],
        users: [
          {
            username: personNamed(0),
            password: SCENE.password,
            attributes: { email: personNamed(0), email_verified: 'true' },
          },
        ],
      },
    ],
  };
}
