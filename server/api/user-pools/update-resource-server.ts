import type {
  UpdateResourceServerCommandInput,
  UpdateResourceServerCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import * as resourceServers from '../../configuration/resource-servers.ts';
import type { Operation } from '../operation.ts';
import { resourceServerShape } from '../shapes.ts';

export const updateResourceServer: Operation<
  UpdateResourceServerCommandInput,
  UpdateResourceServerCommandOutput
> = {
  name: 'UpdateResourceServer',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, Identifier, Name, Scopes = [] }) {
    const server = await resourceServers.updateResourceServer(directory, UserPoolId, Identifier, {
      name: Name,
      scopes: Scopes,
    });
    return { ResourceServer: resourceServerShape(server) };
  },
};
