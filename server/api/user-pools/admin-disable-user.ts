import type {
  AdminDisableUserCommandInput,
  AdminDisableUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { disableUser } from '../../accounts/administration/disable-user.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import type { Operation } from '../operation.ts';

export const adminDisableUser: Operation<AdminDisableUserCommandInput, AdminDisableUserCommandOutput> = {
  name: 'AdminDisableUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    const pool = await pools.byId(UserPoolId);
    await tellOfEnd(pool, (await disableUser(pool, Username)).id);
    return {};
  },
};
