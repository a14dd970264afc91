import type {
  DeleteGroupCommandInput,
  DeleteGroupCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteGroup as remove } from '../../accounts/groups/delete-group.ts';
import type { Operation } from '../operation.ts';

export const deleteGroup: Operation<DeleteGroupCommandInput, DeleteGroupCommandOutput> = {
  name: 'DeleteGroup',
  access: 'signed',
  async run({ pools }, { UserPoolId, GroupName }) {
    await remove(await pools.byId(UserPoolId), GroupName);
    return {};
  },
};
