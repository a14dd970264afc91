/** A client of the story pool with every kind of way in: what its sign-in page looks like is what the page tests look at. */
import { generateKeyPairSync } from 'node:crypto';
import {
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { STORY } from '../story-pool.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const credentials = { client_id: 'ours', client_secret: 'a-secret-of-theirs' };
const openid = {
  ...credentials,
  authorize_scopes: 'openid',
  oidc_issuer: 'https://idp.example.com',
  authorize_url: 'https://idp.example.com/authorize',
  token_url: 'https://idp.example.com/token',
  attributes_url: 'https://idp.example.com/userinfo',
  jwks_uri: 'https://idp.example.com/keys',
};

const PROVIDERS = [
  ['Google', 'Google', { ...credentials, authorize_scopes: 'openid' }],
  ['Facebook', 'Facebook', { ...credentials, authorize_scopes: 'email' }],
  ['LoginWithAmazon', 'LoginWithAmazon', { ...credentials, authorize_scopes: 'profile' }],
  [
    'SignInWithApple',
    'SignInWithApple',
    {
      client_id: 'com.example.ours',
      team_id: 'TEAM000001',
      key_id: 'KEY0000001',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      authorize_scopes: 'email name',
    },
  ],
  ['Partner-with-a-long-name-of-32-c', 'OIDC', openid],
] as const;

/** Gives the confidential client of the story pool all of them, a company by e-mail address, and the password. */
export async function addProviders(sdk: CognitoIdentityProviderClient): Promise<void> {
  const pool = { UserPoolId: STORY.poolId };
  for (const [ProviderName, ProviderType, ProviderDetails] of PROVIDERS)
    await sdk.send(
      new CreateIdentityProviderCommand({ ...pool, ProviderName, ProviderType, ProviderDetails }),
    );
  const company = { ProviderName: 'Company', IdpIdentifiers: ['company.example'] };
  await sdk.send(
    new CreateIdentityProviderCommand({
      ...pool,
      ...company,
      ProviderType: 'OIDC',
      ProviderDetails: openid,
    }),
  );
  const client = { ...pool, ClientId: STORY.webClient };
  const { UserPoolClient } = await sdk.send(new DescribeUserPoolClientCommand(client));
  const names = PROVIDERS.map(([name]) => name);
  await sdk.send(
    new UpdateUserPoolClientCommand({
      ...UserPoolClient,
      ...client,
      SupportedIdentityProviders: ['COGNITO', ...names, 'Company'],
    }),
  );
}
