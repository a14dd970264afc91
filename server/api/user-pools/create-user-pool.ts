import type {
  CreateUserPoolCommandInput,
  CreateUserPoolCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createPool } from '../../configuration/create-pool.ts';
import type { Operation } from '../operation.ts';
import { userPoolShape } from '../shapes.ts';

export const createUserPool: Operation<CreateUserPoolCommandInput, CreateUserPoolCommandOutput> = {
  name: 'CreateUserPool',
  access: 'signed',
  configures: true,
  async run(service, input, caller) {
    const pool = await createPool(service, caller.region, input, caller.fixed?.poolId);
    return { UserPool: await userPoolShape(service, pool) };
  },
};
