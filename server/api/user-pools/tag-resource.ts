import type {
  TagResourceCommandInput,
  TagResourceCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { changeTags } from '../../configuration/change-tags.ts';
import { findTaggedPool } from '../../configuration/find-tagged-pool.ts';
import type { Operation } from '../operation.ts';

export const tagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput> = {
  name: 'TagResource',
  access: 'signed',
  configures: true,
  async run({ directory, settings }, { ResourceArn, Tags }, { region }) {
    const pool = await findTaggedPool(directory, settings.accountId, region, ResourceArn);
    await changeTags(directory, pool, (tags) => ({ ...tags, ...Tags }));
    return {};
  },
};
