import type {
  SetUserPoolMfaConfigCommandInput,
  SetUserPoolMfaConfigCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { updateSmsSettings } from '../../configuration/update-sms-settings.ts';
import type { Operation } from '../operation.ts';
import { mfaShape } from '../shapes.ts';

/** The settings for SMS are kept; members that ask for a second factor do not come as far as this. */
export const setUserPoolMfaConfig: Operation<
  SetUserPoolMfaConfigCommandInput,
  SetUserPoolMfaConfigCommandOutput
> = {
  name: 'SetUserPoolMfaConfig',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, SmsMfaConfiguration }) {
    await updateSmsSettings(directory, UserPoolId, SmsMfaConfiguration ?? {});
    return mfaShape((await findPool(directory, UserPoolId)).record);
  },
};
