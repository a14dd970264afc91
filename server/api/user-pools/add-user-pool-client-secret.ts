import type {
  AddUserPoolClientSecretCommandInput,
  AddUserPoolClientSecretCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { addClientSecret } from '../../configuration/client-secrets.ts';
import type { Operation } from '../operation.ts';
import { clientSecretShape } from '../shapes.ts';

export const addUserPoolClientSecret: Operation<
  AddUserPoolClientSecretCommandInput,
  AddUserPoolClientSecretCommandOutput
> = {
  name: 'AddUserPoolClientSecret',
  access: 'signed',
  async run(service, { UserPoolId, ClientId, ClientSecret }) {
    const { value, ...added } = await addClientSecret(service, UserPoolId, ClientId, ClientSecret);
    return { ClientSecretDescriptor: { ...clientSecretShape(added), ClientSecretValue: value } };
  },
};
