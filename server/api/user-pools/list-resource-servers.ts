import type {
  ListResourceServersCommandInput,
  ListResourceServersCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';
import { resourceServerShape } from '../shapes.ts';

/** As many as there can be. */
const DEFAULT_RESULTS = 50;

export const listResourceServers: Operation<
  ListResourceServersCommandInput,
  ListResourceServersCommandOutput
> = {
  name: 'ListResourceServers',
  access: 'signed',
  async run(service, { UserPoolId, MaxResults = DEFAULT_RESULTS, NextToken }) {
    await findPool(service.directory, UserPoolId);
    const list = `ListResourceServers/${UserPoolId}`;
    const cursor = openPageToken(service, list, NextToken);
    const page = await service.directory
      .forPool(UserPoolId)
      .list('resource-server', { limit: MaxResults, cursor });
    return {
      ResourceServers: page.items.map(resourceServerShape),
      NextToken: sealPageToken(service, list, page.cursor),
    };
  },
};
