import type {
  UpdateUserPoolClientCommandInput,
  UpdateUserPoolClientCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { updateClient } from '../../configuration/update-client.ts';
import type { Operation } from '../operation.ts';
import { clientShape } from '../shapes.ts';

export const updateUserPoolClient: Operation<
  UpdateUserPoolClientCommandInput,
  UpdateUserPoolClientCommandOutput
> = {
  name: 'UpdateUserPoolClient',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, ClientId, ...given }, { fixed }) {
    const client = await updateClient(service, UserPoolId, ClientId, given, fixed?.openId);
    return { UserPoolClient: clientShape(service, client) };
  },
};
