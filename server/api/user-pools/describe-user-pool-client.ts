import type {
  DescribeUserPoolClientCommandInput,
  DescribeUserPoolClientCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';
import { clientShape } from '../shapes.ts';

export const describeUserPoolClient: Operation<
  DescribeUserPoolClientCommandInput,
  DescribeUserPoolClientCommandOutput
> = {
  name: 'DescribeUserPoolClient',
  access: 'signed',
  async run(service, { UserPoolId, ClientId }) {
    await findPool(service.directory, UserPoolId);
    const client = await service.directory.forPool(UserPoolId).find('client', ClientId);
    if (!client) throw new Refusal('client-not-found', { client: ClientId });
    return { UserPoolClient: clientShape(service, client) };
  },
};
