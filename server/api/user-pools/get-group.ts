import type { GetGroupCommandInput, GetGroupCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { findGroup } from '../../accounts/groups/find-group.ts';
import { groupShape } from '../group-shapes.ts';
import type { Operation } from '../operation.ts';

export const getGroup: Operation<GetGroupCommandInput, GetGroupCommandOutput> = {
  name: 'GetGroup',
  access: 'signed',
  async run({ pools }, { UserPoolId, GroupName }) {
    return { Group: groupShape(UserPoolId, await findGroup(await pools.byId(UserPoolId), GroupName)) };
  },
};
