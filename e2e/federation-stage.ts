/**
 * Two pools of one Foyer: people have their accounts in one, and the other lets them in through it, by OpenID Connect.
 * Beside `person.ts`, whose application is the one of the second pool.
 */
import assert from 'node:assert/strict';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  type CreateIdentityProviderCommandInput,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type HttpSession, openHttpSession, type Page } from './http-session.ts';
import { authorizeUrl, hostedAt, PASSWORD } from './person.ts';
import type { Foyer } from './start.ts';
import { STORY } from './story-pool.ts';

export type Texts = Record<string, string>;

const attributeList = (attributes: Texts) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

export async function openFederation(foyer: Foyer) {
  const { url, accessKeyId, secretAccessKey } = foyer;
  const credentials = { accessKeyId, secretAccessKey };
  const sdk = new CognitoIdentityProviderClient({
    endpoint: url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  const hosted = hostedAt(foyer);
  const partner = await openPartner(sdk, url, `${hosted}/oauth2/idpresponse`);
  const ofPartner = { UserPoolId: partner.poolId };
  const client = { UserPoolId: STORY.poolId, ClientId: STORY.publicClient };

  /** Walks from the application to the partner's sign-in page. */
  async function toPartner(session: HttpSession, extra: Texts = { identity_provider: 'Partner' }) {
    return session.follow(await session.get(authorizeUrl(hosted, extra)), url);
  }

  /** Signs in at the partner; gives the redirect that leads back to us, not followed. */
  async function signInThere(session: HttpSession, page: Page, username: string): Promise<Page> {
    const posted = await session.submit(page, { username, password: PASSWORD });
    const back = await session.follow(posted, partner.hosted);
    assert.ok(back.location?.startsWith(`${hosted}/oauth2/idpresponse`), `${back.status} at ${back.url}`);
    return back;
  }

  /** The address with which the partner sends the browser back; whoever has a session there sees no form. */
  async function wayBack(session: HttpSession, username: string, extra?: Texts): Promise<URL> {
    let page = await session.get(authorizeUrl(hosted, extra ?? { identity_provider: 'Partner' }));
    for (let step = 0; step < 10; step++) {
      if (page.location?.startsWith(`${hosted}/oauth2/idpresponse`)) return new URL(page.location);
      page = page.location
        ? await session.get(page.location)
        : await session.submit(page, { username, password: PASSWORD });
    }
    throw new Error(`The partner does not send the browser back, but to ${page.url}`);
  }

  return {
    sdk,
    wayBack,
    hosted,
    partner,
    toPartner,
    signInThere,

    /** The partner as a provider of the story's pool; what is not given is discovered. */
    add: (ProviderName: string, more: Partial<CreateIdentityProviderCommandInput> = {}) =>
      sdk.send(
        new CreateIdentityProviderCommand({
          UserPoolId: STORY.poolId,
          ProviderName,
          ProviderType: 'OIDC',
          AttributeMapping: { email: 'email' },
          ProviderDetails: partner.details,
          ...more,
        }),
      ),

    /** The ways in of the public client. */
    async enable(...SupportedIdentityProviders: string[]) {
      const { UserPoolClient } = await sdk.send(new DescribeUserPoolClientCommand(client));
      await sdk.send(
        new UpdateUserPoolClientCommand({ ...UserPoolClient, ...client, SupportedIdentityProviders }),
      );
    },

    /** Somebody with an account at the partner. */
    async person(Username: string, attributes: Texts = {}) {
      const UserAttributes = attributeList(attributes);
      await sdk.send(
        new AdminCreateUserCommand({ ...ofPartner, Username, UserAttributes, MessageAction: 'SUPPRESS' }),
      );
      const password = { Password: PASSWORD, Permanent: true };
      await sdk.send(new AdminSetUserPasswordCommand({ ...ofPartner, Username, ...password }));
    },

    change: (Username: string, attributes: Texts) =>
      sdk.send(
        new AdminUpdateUserAttributesCommand({
          ...ofPartner,
          Username,
          UserAttributes: attributeList(attributes),
        }),
      ),

    /** The whole way: from the application through the partner and back, to where the application is answered. */
    async arrive(username: string, extra?: Texts, session = openHttpSession()): Promise<Page> {
      const back = await signInThere(session, await toPartner(session, extra), username);
      return session.follow(back, url);
    },
  };
}

async function openPartner(sdk: CognitoIdentityProviderClient, url: string, callback: string) {
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'Partner' }));
  const UserPoolId = UserPool?.Id;
  await sdk.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'partner' }));
  const { UserPoolClient } = await sdk.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'Story',
      GenerateSecret: true,
      SupportedIdentityProviders: ['COGNITO'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      CallbackURLs: [callback],
    }),
  );
  assert.ok(UserPoolId && UserPoolClient?.ClientId && UserPoolClient.ClientSecret);
  return {
    poolId: UserPoolId,
    hosted: `${url}/partner`,
    details: {
      client_id: UserPoolClient.ClientId,
      client_secret: UserPoolClient.ClientSecret,
      authorize_scopes: 'openid email profile',
      oidc_issuer: `${url}/${UserPoolId}`,
    },
  };
}
