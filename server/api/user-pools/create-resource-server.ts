import type {
  CreateResourceServerCommandInput,
  CreateResourceServerCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import * as resourceServers from '../../configuration/resource-servers.ts';
import type { Operation } from '../operation.ts';
import { resourceServerShape } from '../shapes.ts';

export const createResourceServer: Operation<
  CreateResourceServerCommandInput,
  CreateResourceServerCommandOutput
> = {
  name: 'CreateResourceServer',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, Identifier, Name, Scopes = [] }) {
    const server = await resourceServers.createResourceServer(directory, UserPoolId, Identifier, {
      name: Name,
      scopes: Scopes,
    });
    return { ResourceServer: resourceServerShape(server) };
  },
};
