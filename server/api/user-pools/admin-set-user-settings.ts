import type {
  AdminSetUserSettingsCommandInput,
  AdminSetUserSettingsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireAccount } from '../../accounts/find-account.ts';
import { setUserSettings } from '../../accounts/own-account/set-user-settings.ts';
import type { Operation } from '../operation.ts';

export const adminSetUserSettings: Operation<
  AdminSetUserSettingsCommandInput,
  AdminSetUserSettingsCommandOutput
> = {
  name: 'AdminSetUserSettings',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, MFAOptions }) {
    await requireAccount(await pools.byId(UserPoolId), Username);
    setUserSettings(MFAOptions);
    return {};
  },
};
