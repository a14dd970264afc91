/** Pools and their people as an administrator's program handles them, through the AWS SDK for JavaScript, unmodified. */
import assert from 'node:assert/strict';
import {
  AdminCreateUserCommand,
  AdminDeleteUserAttributesCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminSetUserSettingsCommand,
  AdminUpdateUserAttributesCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  ListUsersCommand,
  type ListUsersCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { list, PASSWORD } from './sdk-application.ts';

/** The operations of one pool. */
export function inPool(sdk: CognitoIdentityProviderClient, UserPoolId: string) {
  const named = (Username: string) => ({ UserPoolId, Username });
  return {
    UserPoolId,
    create: (Username: string, attributes: Record<string, string> = {}) =>
      sdk.send(
        new AdminCreateUserCommand({
          ...named(Username),
          MessageAction: 'SUPPRESS',
          TemporaryPassword: PASSWORD,
          UserAttributes: list(attributes),
        }),
      ),
    setPassword: (Username: string) =>
      sdk.send(new AdminSetUserPasswordCommand({ ...named(Username), Password: PASSWORD, Permanent: true })),
    update: (Username: string, attributes: Record<string, string>) =>
      sdk.send(
        new AdminUpdateUserAttributesCommand({ ...named(Username), UserAttributes: list(attributes) }),
      ),
    removeAttributes: (Username: string, ...UserAttributeNames: string[]) =>
      sdk.send(new AdminDeleteUserAttributesCommand({ ...named(Username), UserAttributeNames })),
    /** A new client whose back end signs people in. */
    client: async () => {
      const flows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const];
      const input = { UserPoolId, ClientName: 'back end', ExplicitAuthFlows: flows };
      const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand(input));
      return UserPoolClient?.ClientId ?? assert.fail();
    },
    signIn: (ClientId: string, USERNAME: string, PASSWORD: string) =>
      sdk.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
        }),
      ),
    reset: (Username: string) => sdk.send(new AdminResetUserPasswordCommand(named(Username))),
    settings: (Username: string, MFAOptions: { DeliveryMedium?: 'SMS'; AttributeName?: string }[]) =>
      sdk.send(new AdminSetUserSettingsCommand({ ...named(Username), MFAOptions })),
    /** Status and attributes, `sub` left out. */
    get: async (Username: string) => {
      const { UserStatus, UserAttributes = [] } = await sdk.send(new AdminGetUserCommand(named(Username)));
      const { sub: _, ...attributes } = Object.fromEntries(
        UserAttributes.map(({ Name, Value }) => [Name, Value]),
      );
      return { status: UserStatus, attributes };
    },
    find: async (Filter: string, more: Partial<ListUsersCommandInput> = {}) => {
      const { Users = [] } = await sdk.send(new ListUsersCommand({ UserPoolId, Filter, ...more }));
      return Users.map(({ Username }) => Username);
    },
  };
}
/** A pool of its own. */
export async function newPool(
  sdk: CognitoIdentityProviderClient,
  settings: Partial<CreateUserPoolCommandInput> = {},
) {
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'Acme', ...settings }));
  return inPool(sdk, UserPool?.Id ?? assert.fail());
}
