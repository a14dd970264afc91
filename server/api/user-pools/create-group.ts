import type {
  CreateGroupCommandInput,
  CreateGroupCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createGroup as create } from '../../accounts/groups/create-group.ts';
import { groupShape } from '../group-shapes.ts';
import type { Operation } from '../operation.ts';

export const createGroup: Operation<CreateGroupCommandInput, CreateGroupCommandOutput> = {
  name: 'CreateGroup',
  access: 'signed',
  async run({ pools }, { UserPoolId, GroupName, Description, RoleArn, Precedence }) {
    const pool = await pools.byId(UserPoolId);
    const profile = { description: Description, roleArn: RoleArn, precedence: Precedence };
    return { Group: groupShape(UserPoolId, await create(pool, GroupName, profile)) };
  },
};
