import type {
  ListUsersInGroupCommandInput,
  ListUsersInGroupCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { listMembers } from '../../accounts/groups/list-members.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';
import { userShape } from '../user-shapes.ts';

export const listUsersInGroup: Operation<ListUsersInGroupCommandInput, ListUsersInGroupCommandOutput> = {
  name: 'ListUsersInGroup',
  access: 'signed',
  async run(service, { UserPoolId, GroupName, Limit, NextToken }) {
    const pool = await service.pools.byId(UserPoolId);
    const pages = `ListUsersInGroup/${UserPoolId}/${GroupName}`;
    const cursor = openPageToken(service, pages, NextToken);
    const page = await listMembers(pool, { group: GroupName, limit: Limit, cursor });
    return {
      Users: page.accounts.map((account) => userShape(account)),
      NextToken: sealPageToken(service, pages, page.cursor),
    };
  },
};
