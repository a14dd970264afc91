/** The pool of the `openid` profile that the rows of newer OAuth use, beside the one of `scene.ts`. */
import { personNamed, SCENE } from './scene.ts';

export const OPENID_SCENE = {
  poolId: 'us-east-1_BenchPool2',
  domain: 'bench-openid',
  client: 'benchopenidclient000000001',
} as const;

export function openIdPool() {
  return {
    id: OPENID_SCENE.poolId,
    domain: OPENID_SCENE.domain,
    settings: {
      PoolName: 'Bench OpenID',
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ['email'],
      UserPoolTags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par dpop token-exchange' },
    },
    clients: [
      {
        id: OPENID_SCENE.client,
        secret: SCENE.secret,
        settings: {
          ClientName: 'Web',
          SupportedIdentityProviders: ['COGNITO'],
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['code'],
          AllowedOAuthScopes: SCENE.scope.split(' '),
          CallbackURLs: [SCENE.callback],
        },
        OpenId: { token_exchange_audiences: [OPENID_SCENE.client] },
      },
    ],
    users: [
      {
        username: personNamed(0),
        password: SCENE.password,
        attributes: { email: personNamed(0), email_verified: 'true' },
      },
    ],
  };
}
