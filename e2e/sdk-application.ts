/**
 * An application that people use through the AWS SDK, unmodified and without credentials, and beside it the
 * administrator who made its pool. Codes are read where people read them: in the mailbox.
 */
import assert from 'node:assert/strict';
import {
  AdminGetUserCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Foyer } from './start.ts';

export const PASSWORD = 'Correct-Horse-7';

type At = Pick<Foyer, 'url' | 'accessKeyId' | 'secretAccessKey' | 'mailbox'>;
type Values = Record<string, string>;

/** The SDK with the keys of an administrator. */
export function administratorOf(
  { url, accessKeyId, secretAccessKey }: Omit<At, 'mailbox'>,
  more: CognitoIdentityProviderClientConfig = {},
): CognitoIdentityProviderClient {
  const credentials = { accessKeyId, secretAccessKey };
  const settings = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1, ...more };
  return new CognitoIdentityProviderClient(settings);
}

/** The SDK as applications have it: whatever needs a signature fails before it is sent. */
export function sdkWithoutKeys({ url }: At): CognitoIdentityProviderClient {
  const credentials = async () => {
    throw new Error('An application has no keys');
  };
  return new CognitoIdentityProviderClient({
    endpoint: url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
}

export const list = (values: Values): AttributeType[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
export const record = (attributes: AttributeType[] = []): Values =>
  Object.fromEntries(attributes.map(({ Name = '', Value = '' }) => [Name, Value]));

/** Demands the error that an SDK throws, in these words when some are given. */
export const refused = (call: Promise<unknown>, name: string, message?: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  });

/** What became of calls that were made at the same moment: `done`, or the name of the error. */
export async function outcomes(calls: Promise<unknown>[]): Promise<string[]> {
  const results = await Promise.allSettled(calls);
  return results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.name));
}

/** The newest code that was sent to an address or number. */
export async function codeTo(foyer: Pick<Foyer, 'mailbox'>, address: string): Promise<string> {
  const message = (await foyer.mailbox()).find(({ to }) => to === address);
  return /\b\d{6}\b/.exec(message?.text ?? '')?.[0] ?? assert.fail(`no code was sent to ${address}`);
}

export interface Tokens {
  access: string;
  id: string;
  refresh: string;
}

/** A pool with one application, and what people do in it. Public calls go through the SDK without keys. */
export async function openApplication(
  foyer: At,
  settings: Partial<CreateUserPoolCommandInput> = {},
  client: Partial<CreateUserPoolClientCommandInput> = {},
  sdk: Pick<CognitoIdentityProviderClient, 'send'> = sdkWithoutKeys(foyer),
) {
  const administrator = administratorOf(foyer);
  const pool = await administrator.send(
    new CreateUserPoolCommand({ PoolName: 'People', AutoVerifiedAttributes: ['email'], ...settings }),
  );
  const UserPoolId = pool.UserPool?.Id ?? assert.fail();
  const addClient = async (more: Partial<CreateUserPoolClientCommandInput> = {}) => {
    const { UserPoolClient } = await administrator.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'Application',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        ...more,
      }),
    );
    return UserPoolClient ?? assert.fail();
  };
  const { ClientId, ClientSecret } = await addClient(client);

  const named = (Username: string) => ({ ClientId, Username });
  const application = {
    UserPoolId,
    ClientId,
    ClientSecret,
    sdk,
    administrator,
    addClient,
    signUp: (Username: string, attributes: Values = {}, Password = PASSWORD) =>
      sdk.send(new SignUpCommand({ ...named(Username), Password, UserAttributes: list(attributes) })),
    confirm: (Username: string, ConfirmationCode: string, ForceAliasCreation?: boolean) =>
      sdk.send(new ConfirmSignUpCommand({ ...named(Username), ConfirmationCode, ForceAliasCreation })),
    resend: (Username: string) => sdk.send(new ResendConfirmationCodeCommand(named(Username))),
    forgot: (Username: string) => sdk.send(new ForgotPasswordCommand(named(Username))),
    reset: (Username: string, ConfirmationCode: string, Password: string) =>
      sdk.send(new ConfirmForgotPasswordCommand({ ...named(Username), ConfirmationCode, Password })),
    /** As an administrator sees them. */
    look: (Username: string) => administrator.send(new AdminGetUserCommand({ UserPoolId, Username })),
    async signIn(USERNAME: string, password = PASSWORD, clientId = ClientId): Promise<Tokens> {
      const { AuthenticationResult } = await sdk.send(
        new InitiateAuthCommand({
          ClientId: clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD: password },
        }),
      );
      const { AccessToken = '', IdToken = '', RefreshToken = '' } = AuthenticationResult ?? assert.fail();
      return { access: AccessToken, id: IdToken, refresh: RefreshToken };
    },
    /** Somebody who signed up with an address and proved it; gives their tokens. */
    async join(username: string, email: string, attributes: Values = {}): Promise<Tokens> {
      await application.signUp(username, { email, ...attributes });
      await application.confirm(username, await codeTo(foyer, email));
      return application.signIn(username);
    },
  };
  return application;
}

export type Application = Awaited<ReturnType<typeof openApplication>>;
