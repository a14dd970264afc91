import { hash } from 'node:crypto';
import type {
  ListUsersCommandInput,
  ListUsersCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { listUsers as list } from '../../accounts/administration/list-users.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';
import { userShape } from '../user-shapes.ts';

export const listUsers: Operation<ListUsersCommandInput, ListUsersCommandOutput> = {
  name: 'ListUsers',
  access: 'signed',
  async run(service, { UserPoolId, Filter, AttributesToGet, Limit, PaginationToken }) {
    const pool = await service.pools.byId(UserPoolId);
    // The token continues the query that it was given for, and no other.
    const query = hash('sha256', JSON.stringify([Filter, AttributesToGet]), 'base64url');
    const pages = `ListUsers/${UserPoolId}/${query}`;
    const { accounts, cursor } = await list(pool, {
      filter: Filter,
      attributesToGet: AttributesToGet,
      limit: Limit,
      cursor: openPageToken(service, pages, PaginationToken),
    });
    return {
      Users: accounts.map((account) => userShape(account, AttributesToGet)),
      PaginationToken: sealPageToken(service, pages, cursor),
    };
  },
};
