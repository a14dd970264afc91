import type {
  DeleteUserPoolClientSecretCommandInput,
  DeleteUserPoolClientSecretCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteClientSecret } from '../../configuration/client-secrets.ts';
import type { Operation } from '../operation.ts';

export const deleteUserPoolClientSecret: Operation<
  DeleteUserPoolClientSecretCommandInput,
  DeleteUserPoolClientSecretCommandOutput
> = {
  name: 'DeleteUserPoolClientSecret',
  access: 'signed',
  async run(service, { UserPoolId, ClientId, ClientSecretId }) {
    await deleteClientSecret(service, UserPoolId, ClientId, ClientSecretId);
    return {};
  },
};
