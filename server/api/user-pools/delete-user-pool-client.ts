import type {
  DeleteUserPoolClientCommandInput,
  DeleteUserPoolClientCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';

/** Acts at once: clients are read from the directory on every use (HUI-32). */
export const deleteUserPoolClient: Operation<
  DeleteUserPoolClientCommandInput,
  DeleteUserPoolClientCommandOutput
> = {
  name: 'DeleteUserPoolClient',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, ClientId }) {
    await findPool(service.directory, UserPoolId);
    if (!(await service.directory.forPool(UserPoolId).remove('client', ClientId)))
      throw new Refusal('client-not-found', { client: ClientId });
    return {};
  },
};
