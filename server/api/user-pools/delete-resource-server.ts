import type {
  DeleteResourceServerCommandInput,
  DeleteResourceServerCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { resourceServerNotFound } from '../../configuration/resource-servers.ts';
import type { Operation } from '../operation.ts';

/** Its scopes stay on clients without effect, until a server with this identifier has them again (HUI-87). */
export const deleteResourceServer: Operation<
  DeleteResourceServerCommandInput,
  DeleteResourceServerCommandOutput
> = {
  name: 'DeleteResourceServer',
  access: 'signed',
  configures: true,
  async run({ directory }, { UserPoolId, Identifier }) {
    await findPool(directory, UserPoolId);
    if (!(await directory.forPool(UserPoolId).remove('resource-server', Identifier)))
      throw resourceServerNotFound(Identifier);
    return {};
  },
};
