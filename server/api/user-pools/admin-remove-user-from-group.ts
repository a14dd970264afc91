import type {
  AdminRemoveUserFromGroupCommandInput,
  AdminRemoveUserFromGroupCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { removeFromGroup } from '../../accounts/groups/remove-from-group.ts';
import type { Operation } from '../operation.ts';

export const adminRemoveUserFromGroup: Operation<
  AdminRemoveUserFromGroupCommandInput,
  AdminRemoveUserFromGroupCommandOutput
> = {
  name: 'AdminRemoveUserFromGroup',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, GroupName }) {
    await removeFromGroup(await pools.byId(UserPoolId), { username: Username, group: GroupName });
    return {};
  },
};
