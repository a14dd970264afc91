import type {
  ListGroupsCommandInput,
  ListGroupsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { listGroups as list } from '../../accounts/groups/list-groups.ts';
import { groupShape } from '../group-shapes.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';

export const listGroups: Operation<ListGroupsCommandInput, ListGroupsCommandOutput> = {
  name: 'ListGroups',
  access: 'signed',
  async run(service, { UserPoolId, Limit, NextToken }) {
    const pool = await service.pools.byId(UserPoolId);
    const pages = `ListGroups/${UserPoolId}`;
    const page = await list(pool, { limit: Limit, cursor: openPageToken(service, pages, NextToken) });
    return {
      Groups: page.groups.map((group) => groupShape(UserPoolId, group)),
      NextToken: sealPageToken(service, pages, page.cursor),
    };
  },
};
