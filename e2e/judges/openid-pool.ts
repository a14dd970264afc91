/**
 * A pool of the `openid` profile, for clients that others wrote and that know nothing of Foyer: each test names its own
 * client, and Ann signs in.
 */

const JUDGED_OPENID = { poolId: 'us-east-1_JudgedPool2', domain: 'judgedopenid' } as const;

export const ANN = {
  email: 'ann@example.com',
  name: 'Ann Archer',
  password: 'Correct-Horse-7',
} as const;

export interface JudgedClient {
  id: string;
  secret?: string;
  name: string;
  callback: string;
  /** Where it may lead people who signed out. */
  bye?: string;
  /** Beside `openid`, `email` and `profile`. */
  scopes?: string[];
  flows?: string[];
  openId?: object;
}

/** @param features as in the tag of that name: `par dpop` */
export function openIdPool(clients: readonly JudgedClient[], features = '', more: object = {}) {
  return {
    pools: [
      {
        id: JUDGED_OPENID.poolId,
        domain: JUDGED_OPENID.domain,
        settings: {
          PoolName: 'Judged by OpenID clients',
          UsernameAttributes: ['email'],
          UsernameConfiguration: { CaseSensitive: false },
          AutoVerifiedAttributes: ['email'],
          Schema: [{ Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true }],
          UserPoolTags: {
            'foyer:profile': 'openid',
            ...(features && { 'foyer:oauth-features': features }),
          },
        },
        clients: clients.map(entry),
        users: [
          {
            username: ANN.email,
            password: ANN.password,
            attributes: { email: ANN.email, email_verified: 'true', name: ANN.name },
          },
        ],
        ...more,
      },
    ],
  };
}

function entry({ id, secret, name, callback, bye, scopes = [], flows = ['code'], openId }: JudgedClient) {
  return {
    id,
    ...(secret && { secret }),
    settings: {
      ClientName: name,
      SupportedIdentityProviders: ['COGNITO'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: flows,
      AllowedOAuthScopes: ['openid', 'email', 'profile', ...scopes],
      CallbackURLs: [callback],
      ...(bye && { LogoutURLs: [bye] }),
    },
    ...(openId && { OpenId: openId }),
  };
}

/** Of the pool, at a process. */
export const issuerAt = ({ url }: { url: string }) => `${url}/${JUDGED_OPENID.poolId}`;
export const hostedPagesAt = ({ url }: { url: string }) => `${url}/${JUDGED_OPENID.domain}`;
