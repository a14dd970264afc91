import type {
  AdminAddUserToGroupCommandInput,
  AdminAddUserToGroupCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { addToGroup } from '../../accounts/groups/add-to-group.ts';
import type { Operation } from '../operation.ts';

export const adminAddUserToGroup: Operation<
  AdminAddUserToGroupCommandInput,
  AdminAddUserToGroupCommandOutput
> = {
  name: 'AdminAddUserToGroup',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, GroupName }) {
    await addToGroup(await pools.byId(UserPoolId), { username: Username, group: GroupName });
    return {};
  },
};
