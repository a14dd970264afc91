/** What people do with their own account through the AWS SDK, once they have an access token. */
import {
  ChangePasswordCommand,
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  SetUserSettingsCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Application, list, PASSWORD, record } from './sdk-application.ts';

/** What a person does with an access token. */
export const holder = ({ sdk }: Application, AccessToken: string) => ({
  get: async () => record((await sdk.send(new GetUserCommand({ AccessToken }))).UserAttributes),
  update: (values: Record<string, string>) =>
    sdk.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: list(values) })),
  remove: (...UserAttributeNames: string[]) =>
    sdk.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames })),
  ask: (AttributeName: string) =>
    sdk.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName })),
  verify: (AttributeName: string, Code: string) =>
    sdk.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code })),
  changePassword: (PreviousPassword: string | undefined, ProposedPassword: string) =>
    sdk.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword })),
  settings: (MFAOptions: { DeliveryMedium: 'SMS'; AttributeName: string }[]) =>
    sdk.send(new SetUserSettingsCommand({ AccessToken, MFAOptions })),
  signOut: () => sdk.send(new GlobalSignOutCommand({ AccessToken })),
  leave: () => sdk.send(new DeleteUserCommand({ AccessToken })),
});
/** Every operation that an access token is for, those that end something last. */
export const everything = (app: Application, token: string) => {
  const me = holder(app, token);
  return [
    () => me.get(),
    () => me.update({ nickname: 'Mimi' }),
    () => me.remove('nickname'),
    () => me.ask('email'),
    () => me.verify('email', '123456'),
    () => me.changePassword(PASSWORD, 'Another-Horse-8'),
    () => me.settings([]),
    () => me.signOut(),
    () => me.leave(),
  ];
};
export const claims = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
export const refresh = (app: Application, REFRESH_TOKEN: string) =>
  app.sdk.send(
    new InitiateAuthCommand({
      ClientId: app.ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN },
    }),
  );
