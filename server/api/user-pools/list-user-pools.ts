import type {
  ListUserPoolsCommandInput,
  ListUserPoolsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { listPools } from '../../configuration/list-pools.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';

/** The pools of the region that the call was signed for. */
export const listUserPools: Operation<ListUserPoolsCommandInput, ListUserPoolsCommandOutput> = {
  name: 'ListUserPools',
  access: 'signed',
  async run(service, { MaxResults, NextToken }, { region }) {
    const list = `ListUserPools/${region}`;
    const cursor = openPageToken(service, list, NextToken);
    const page = await listPools(service.directory, region, { limit: MaxResults, cursor });
    return {
      UserPools: page.items.map(({ id, record, createdAt, modifiedAt }) => ({
        Id: id,
        Name: record.name,
        LambdaConfig: {},
        CreationDate: new Date(createdAt),
        LastModifiedDate: new Date(modifiedAt),
      })),
      NextToken: sealPageToken(service, list, page.cursor),
    };
  },
};
