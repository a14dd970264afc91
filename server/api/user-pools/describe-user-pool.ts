import type {
  DescribeUserPoolCommandInput,
  DescribeUserPoolCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { userPoolShape } from '../shapes.ts';

export const describeUserPool: Operation<DescribeUserPoolCommandInput, DescribeUserPoolCommandOutput> = {
  name: 'DescribeUserPool',
  access: 'signed',
  async run(service, { UserPoolId }) {
    return { UserPool: await userPoolShape(service, await findPool(service.directory, UserPoolId)) };
  },
};
