import type {
  SetUserPoolClientSessionConfigurationCommandInput,
  SetUserPoolClientSessionConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { setSsoMinutes } from '../../configuration/session-tracking.ts';
import type { Operation } from '../operation.ts';

export const setUserPoolClientSessionConfiguration: Operation<
  SetUserPoolClientSessionConfigurationCommandInput,
  SetUserPoolClientSessionConfigurationCommandOutput
> = {
  name: 'SetUserPoolClientSessionConfiguration',
  access: 'signed',
  async run({ directory }, { UserPoolId, ClientId, SSOSession }) {
    await setSsoMinutes(directory, UserPoolId, ClientId, SSOSession.MaxValidityMinutes);
    return { UserPoolId, ClientId, SSOSession };
  },
};
