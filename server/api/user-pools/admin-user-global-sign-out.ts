import type {
  AdminUserGlobalSignOutCommandInput,
  AdminUserGlobalSignOutCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { globalSignOut } from '../../accounts/administration/global-sign-out.ts';
import type { Operation } from '../operation.ts';

export const adminUserGlobalSignOut: Operation<
  AdminUserGlobalSignOutCommandInput,
  AdminUserGlobalSignOutCommandOutput
> = {
  name: 'AdminUserGlobalSignOut',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    await globalSignOut(await pools.byId(UserPoolId), Username);
    return {};
  },
};
