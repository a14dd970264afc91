import type {
  DeleteUserPoolCommandInput,
  DeleteUserPoolCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deletePool } from '../../configuration/delete-pool.ts';
import { refuseDuringImport } from '../../imports/refuse-during-import.ts';
import type { Operation } from '../operation.ts';

export const deleteUserPool: Operation<DeleteUserPoolCommandInput, DeleteUserPoolCommandOutput> = {
  name: 'DeleteUserPool',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId }, caller) {
    await refuseDuringImport(service, UserPoolId, caller);
    await deletePool(service, UserPoolId);
    return {};
  },
};
