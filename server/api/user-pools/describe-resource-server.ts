import type {
  DescribeResourceServerCommandInput,
  DescribeResourceServerCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { resourceServerNotFound } from '../../configuration/resource-servers.ts';
import type { Operation } from '../operation.ts';
import { resourceServerShape } from '../shapes.ts';

export const describeResourceServer: Operation<
  DescribeResourceServerCommandInput,
  DescribeResourceServerCommandOutput
> = {
  name: 'DescribeResourceServer',
  access: 'signed',
  async run({ directory }, { UserPoolId, Identifier }) {
    await findPool(directory, UserPoolId);
    const server = await directory.forPool(UserPoolId).find('resource-server', Identifier);
    if (!server) throw resourceServerNotFound(Identifier);
    return { ResourceServer: resourceServerShape(server) };
  },
};
