import type {
  AdminListGroupsForUserCommandInput,
  AdminListGroupsForUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { listGroupsOfUser } from '../../accounts/groups/list-groups-of-user.ts';
import { groupShape } from '../group-shapes.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';

export const adminListGroupsForUser: Operation<
  AdminListGroupsForUserCommandInput,
  AdminListGroupsForUserCommandOutput
> = {
  name: 'AdminListGroupsForUser',
  access: 'signed',
  async run(service, { UserPoolId, Username, Limit, NextToken }) {
    const pool = await service.pools.byId(UserPoolId);
    const pages = `AdminListGroupsForUser/${UserPoolId}/${Username}`;
    const cursor = openPageToken(service, pages, NextToken);
    const page = await listGroupsOfUser(pool, { username: Username, limit: Limit, cursor });
    return {
      Groups: page.groups.map((group) => groupShape(UserPoolId, group)),
      NextToken: sealPageToken(service, pages, page.cursor),
    };
  },
};
