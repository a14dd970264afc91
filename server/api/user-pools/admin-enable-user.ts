import type {
  AdminEnableUserCommandInput,
  AdminEnableUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { enableUser } from '../../accounts/administration/enable-user.ts';
import type { Operation } from '../operation.ts';

export const adminEnableUser: Operation<AdminEnableUserCommandInput, AdminEnableUserCommandOutput> = {
  name: 'AdminEnableUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    await enableUser(await pools.byId(UserPoolId), Username);
    return {};
  },
};
