import type {
  SetUserPoolSessionConfigurationCommandInput,
  SetUserPoolSessionConfigurationCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { setSessionTracking } from '../../configuration/session-tracking.ts';
import type { Operation } from '../operation.ts';

export const setUserPoolSessionConfiguration: Operation<
  SetUserPoolSessionConfigurationCommandInput,
  SetUserPoolSessionConfigurationCommandOutput
> = {
  name: 'SetUserPoolSessionConfiguration',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, UserSessionTracking, TokenSession }) {
    const { MaxPerUser: maxPerUser } = TokenSession;
    await setSessionTracking(directory, UserPoolId, { status: UserSessionTracking, maxPerUser });
    return { UserPoolId, UserSessionTracking, TokenSession };
  },
};
