/**
 * What is needed to sign somebody in through the JSON API, step by step: a pool, a client that allows every flow, and
 * the calls. Beside `sdk-application.ts`, which signs people in to do other things.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  type AdminInitiateAuthCommandInput,
  AdminSetUserPasswordCommand,
  type AttributeType,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openApplication, PASSWORD } from './sdk-application.ts';
import { startSrpClient } from './srp-client.ts';
import type { Foyer } from './start.ts';

const ALL_FLOWS = [
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
] as const;

export type Texts = Record<string, string>;
type Pool = Parameters<typeof openApplication>[1];
type Client = Parameters<typeof openApplication>[2];

/** A pool, a client that allows every flow unless told otherwise, and the calls of a sign-in. */
export async function openSignIn(foyer: Foyer, pool: Pool = {}, client: Client = {}) {
  const app = await openApplication(foyer, pool, { ExplicitAuthFlows: [...ALL_FLOWS], ...client });
  const { sdk, administrator, UserPoolId, ClientId } = app;
  const named = (Username: string) => ({ UserPoolId, Username });
  const initiate = (
    AuthFlow: InitiateAuthCommandInput['AuthFlow'],
    AuthParameters: Texts,
    more: Partial<InitiateAuthCommandInput> = {},
  ) => sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters, ...more }));
  const respond = (
    ChallengeName: string,
    Session: string | undefined,
    ChallengeResponses: Texts,
    clientId = ClientId,
  ) =>
    sdk.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: ChallengeName as 'PASSWORD_VERIFIER',
        Session,
        ChallengeResponses,
      }),
    );
  return {
    ...app,
    initiate,
    respond,
    password: (USERNAME: string, password = PASSWORD) =>
      initiate('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: password }),
    /** Begins by SRP; `prove` makes the answer, `finish` sends it. */
    async srp(USERNAME: string, more: Texts = {}) {
      const client = await startSrpClient(UserPoolId);
      const challenge = await initiate('USER_SRP_AUTH', { USERNAME, SRP_A: client.publicValue, ...more });
      const prove = (password = PASSWORD, timestamp?: string) =>
        client.prove(challenge.ChallengeParameters, password, timestamp);
      return {
        challenge,
        prove,
        finish: async (password?: string, answer: Texts = {}) =>
          respond('PASSWORD_VERIFIER', challenge.Session, { ...(await prove(password)), ...answer }),
      };
    },
    admin: (
      AuthFlow: AdminInitiateAuthCommandInput['AuthFlow'],
      AuthParameters: Texts,
      more: Partial<AdminInitiateAuthCommandInput> = {},
    ) =>
      administrator.send(
        new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow, AuthParameters, ...more }),
      ),
    /** Somebody with a password of their own. */
    async person(username: string, attributes: Texts = {}) {
      await invited(username, attributes);
      await administrator.send(
        new AdminSetUserPasswordCommand({ ...named(username), Password: PASSWORD, Permanent: true }),
      );
      return (await administrator.send(new AdminGetUserCommand(named(username)))).Username ?? '';
    },
    invited,
    named,
  };

  function invited(username: string, attributes: Texts = {}, TemporaryPassword = PASSWORD) {
    const UserAttributes: AttributeType[] = Object.entries(attributes).map(([Name, Value]) => ({
      Name,
      Value,
    }));
    return administrator.send(
      new AdminCreateUserCommand({
        ...named(username),
        TemporaryPassword,
        UserAttributes,
        MessageAction: 'SUPPRESS',
      }),
    );
  }
}

export function tokensOf({ AuthenticationResult }: Pick<InitiateAuthCommandOutput, 'AuthenticationResult'>) {
  const {
    AccessToken = '',
    IdToken = '',
    RefreshToken = '',
  } = AuthenticationResult ?? assert.fail('no tokens');
  return { access: AccessToken, id: IdToken, refresh: RefreshToken };
}
/** What a client with a secret proves it with. */
export const hashOf = (secret: string, username: string, clientId: string) =>
  createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
