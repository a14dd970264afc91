import type {
  GetUserPoolClientSessionConfigurationCommandInput,
  GetUserPoolClientSessionConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { ssoMinutesOf } from '../../configuration/session-tracking.ts';
import type { Operation } from '../operation.ts';

export const getUserPoolClientSessionConfiguration: Operation<
  GetUserPoolClientSessionConfigurationCommandInput,
  GetUserPoolClientSessionConfigurationCommandOutput
> = {
  name: 'GetUserPoolClientSessionConfiguration',
  access: 'signed',
  async run({ directory }, { UserPoolId, ClientId }) {
    const MaxValidityMinutes = await ssoMinutesOf(directory, UserPoolId, ClientId);
    return { UserPoolId, ClientId, SSOSession: { MaxValidityMinutes } };
  },
};
