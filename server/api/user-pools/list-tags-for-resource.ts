import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findTaggedPool } from '../../configuration/find-tagged-pool.ts';
import type { Operation } from '../operation.ts';

export const listTagsForResource: Operation<
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput
> = {
  name: 'ListTagsForResource',
  access: 'signed',
  async run({ directory, settings }, { ResourceArn }, { region }) {
    const pool = await findTaggedPool(directory, settings.accountId, region, ResourceArn);
    return { Tags: pool.record.tags };
  },
};
