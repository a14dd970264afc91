import type {
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { changeTags } from '../../configuration/change-tags.ts';
import { findTaggedPool } from '../../configuration/find-tagged-pool.ts';
import type { Operation } from '../operation.ts';

/** Keys that the pool does not have are no fault. */
export const untagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput> = {
  name: 'UntagResource',
  access: 'signed',
  configures: true,
  async run({ directory, settings }, { ResourceArn, TagKeys }, { region }) {
    const pool = await findTaggedPool(directory, settings.accountId, region, ResourceArn);
    await changeTags(directory, pool, (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
    );
    return {};
  },
};
