import type {
  UpdateGroupCommandInput,
  UpdateGroupCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { updateGroup as update } from '../../accounts/groups/update-group.ts';
import { groupShape } from '../group-shapes.ts';
import type { Operation } from '../operation.ts';

export const updateGroup: Operation<UpdateGroupCommandInput, UpdateGroupCommandOutput> = {
  name: 'UpdateGroup',
  access: 'signed',
  async run({ pools }, { UserPoolId, GroupName, Description, RoleArn, Precedence }) {
    const pool = await pools.byId(UserPoolId);
    const profile = { description: Description, roleArn: RoleArn, precedence: Precedence };
    return { Group: groupShape(UserPoolId, await update(pool, GroupName, profile)) };
  },
};
