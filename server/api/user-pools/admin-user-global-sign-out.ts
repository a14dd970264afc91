import type {
  AdminUserGlobalSignOutCommandInput,
  AdminUserGlobalSignOutCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { globalSignOut } from '../../accounts/administration/global-sign-out.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import type { Operation } from '../operation.ts';

export const adminUserGlobalSignOut: Operation<
  AdminUserGlobalSignOutCommandInput,
  AdminUserGlobalSignOutCommandOutput
> = {
  name: 'AdminUserGlobalSignOut',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    const pool = await pools.byId(UserPoolId);
    await tellOfEnd(pool, (await globalSignOut(pool, Username)).id);
    return {};
  },
};
