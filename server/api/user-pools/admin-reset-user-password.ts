import type {
  AdminResetUserPasswordCommandInput,
  AdminResetUserPasswordCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { resetUserPassword } from '../../accounts/administration/reset-user-password.ts';
import type { Operation } from '../operation.ts';

export const adminResetUserPassword: Operation<
  AdminResetUserPasswordCommandInput,
  AdminResetUserPasswordCommandOutput
> = {
  name: 'AdminResetUserPassword',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    await resetUserPassword(await pools.byId(UserPoolId), Username);
    return {};
  },
};
