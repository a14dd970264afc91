import type {
  SetUserSettingsCommandInput,
  SetUserSettingsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { setUserSettings as setSettings } from '../../accounts/own-account/set-user-settings.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const setUserSettings: Operation<SetUserSettingsCommandInput, SetUserSettingsCommandOutput> = {
  name: 'SetUserSettings',
  access: 'access-token',
  async run(service, { AccessToken, MFAOptions }) {
    await tokenHolder(service, AccessToken);
    setSettings(MFAOptions);
    return {};
  },
};
