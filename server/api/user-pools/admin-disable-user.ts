import type {
  AdminDisableUserCommandInput,
  AdminDisableUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { disableUser } from '../../accounts/administration/disable-user.ts';
import type { Operation } from '../operation.ts';

export const adminDisableUser: Operation<AdminDisableUserCommandInput, AdminDisableUserCommandOutput> = {
  name: 'AdminDisableUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    await disableUser(await pools.byId(UserPoolId), Username);
    return {};
  },
};
