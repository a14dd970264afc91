import type {
  DeleteUserPoolClientCommandInput,
  DeleteUserPoolClientCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteClient } from '../../configuration/delete-client.ts';
import type { Operation } from '../operation.ts';

export const deleteUserPoolClient: Operation<
  DeleteUserPoolClientCommandInput,
  DeleteUserPoolClientCommandOutput
> = {
  name: 'DeleteUserPoolClient',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, ClientId }) {
    await deleteClient(directory, UserPoolId, ClientId);
    return {};
  },
};
