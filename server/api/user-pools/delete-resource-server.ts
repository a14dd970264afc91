import type {
  DeleteResourceServerCommandInput,
  DeleteResourceServerCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import * as resourceServers from '../../configuration/resource-servers.ts';
import type { Operation } from '../operation.ts';

export const deleteResourceServer: Operation<
  DeleteResourceServerCommandInput,
  DeleteResourceServerCommandOutput
> = {
  name: 'DeleteResourceServer',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, Identifier }) {
    await resourceServers.deleteResourceServer(directory, UserPoolId, Identifier);
    return {};
  },
};
