import type {
  ListUserPoolClientSecretsCommandInput,
  ListUserPoolClientSecretsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { listClientSecrets } from '../../configuration/client-secrets.ts';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';
import { clientSecretShape } from '../shapes.ts';

/** All at once: there are two at most. What they are is never shown again. */
export const listUserPoolClientSecrets: Operation<
  ListUserPoolClientSecretsCommandInput,
  ListUserPoolClientSecretsCommandOutput
> = {
  name: 'ListUserPoolClientSecrets',
  access: 'signed',
  async run(service, { UserPoolId, ClientId, NextToken }) {
    refusePageToken(NextToken);
    const secrets = await listClientSecrets(service, UserPoolId, ClientId);
    return { ClientSecrets: secrets.map(clientSecretShape) };
  },
};
