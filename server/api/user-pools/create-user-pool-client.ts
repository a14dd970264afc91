import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolClientCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createClient } from '../../configuration/create-client.ts';
import type { Operation } from '../operation.ts';
import { clientShape } from '../shapes.ts';

export const createUserPoolClient: Operation<
  CreateUserPoolClientCommandInput,
  CreateUserPoolClientCommandOutput
> = {
  name: 'CreateUserPoolClient',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, ...given }, { fixed }) {
    const client = await createClient(service, UserPoolId, given, fixed);
    return { UserPoolClient: clientShape(service, client) };
  },
};
