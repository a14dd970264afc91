/** An application's people at two processes in turn: the stage of the `self-service` attacks. */
import {
  ChangePasswordCommand,
  type CognitoIdentityProviderClient,
  type CreateUserPoolClientCommandInput,
  type CreateUserPoolCommandInput,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { list, openApplication, outcomes, record, sdkWithoutKeys } from '../sdk-application.ts';
import { storyPool } from '../story-pool.ts';
import { startTwoProcesses } from './two-processes.ts';

export const NEW = 'Attackers-Horse-8';
export const FIFTEEN_MINUTES = 15 * 60_000;
export const service = await startTwoProcesses(storyPool());
const [one] = service.foyers;
const sdks = service.foyers.map(sdkWithoutKeys);
let sent = 0;
export const either = {
  send: (command: unknown) => sdks[sent++ % 2]?.send(command as never),
} as unknown as Pick<CognitoIdentityProviderClient, 'send'>;

export const open = (
  settings?: Partial<CreateUserPoolCommandInput>,
  client?: Partial<CreateUserPoolClientCommandInput>,
) => openApplication({ ...one, mailbox: service.mailbox }, settings, client, either);
export const many = (times: number, call: (index: number) => Promise<unknown>) =>
  outcomes(Array.from({ length: times }, (_, index) => call(index)));
export const times = (results: string[], what: string) => results.filter((result) => result === what).length;
export const other = (code: string, index = 0) =>
  String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0');
export const update = (AccessToken: string, values: Record<string, string>) =>
  either.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: list(values) }));
export const ask = (AccessToken: string, AttributeName = 'email') =>
  either.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }));
export const verify = (AccessToken: string, Code: string, AttributeName = 'email') =>
  either.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
export const changePassword = (AccessToken: string, PreviousPassword?: string) =>
  either.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword: NEW }));
export const own = async (AccessToken: string) =>
  record((await either.send(new GetUserCommand({ AccessToken }))).UserAttributes);
