import type {
  ListUserPoolReplicasCommandInput,
  ListUserPoolReplicasCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';

/** A pool lives in one region. */
export const listUserPoolReplicas: Operation<
  ListUserPoolReplicasCommandInput,
  ListUserPoolReplicasCommandOutput
> = {
  name: 'ListUserPoolReplicas',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId, NextToken }) {
    await findPool(directory, UserPoolId);
    refusePageToken(NextToken);
    return { UserPoolReplicas: [] };
  },
};
