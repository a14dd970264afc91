import type {
  AdminResetUserPasswordCommandInput,
  AdminResetUserPasswordCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { resetUserPassword } from '../../accounts/administration/reset-user-password.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import type { Operation } from '../operation.ts';

export const adminResetUserPassword: Operation<
  AdminResetUserPasswordCommandInput,
  AdminResetUserPasswordCommandOutput
> = {
  name: 'AdminResetUserPassword',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    const pool = await pools.byId(UserPoolId);
    await resetUserPassword(pool, Username, (accountId) => tellOfEnd(pool, accountId));
    return {};
  },
};
