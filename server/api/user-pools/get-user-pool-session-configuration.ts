import type {
  GetUserPoolSessionConfigurationCommandInput,
  GetUserPoolSessionConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { sessionTrackingOf } from '../../configuration/session-tracking.ts';
import type { Operation } from '../operation.ts';

export const getUserPoolSessionConfiguration: Operation<
  GetUserPoolSessionConfigurationCommandInput,
  GetUserPoolSessionConfigurationCommandOutput
> = {
  name: 'GetUserPoolSessionConfiguration',
  access: 'signed',
  async run({ directory }, { UserPoolId }) {
    const { status, maxPerUser } = await sessionTrackingOf(directory, UserPoolId);
    return { UserPoolId, UserSessionTracking: status, TokenSession: { MaxPerUser: maxPerUser } };
  },
};
