import type {
  UpdateUserPoolCommandInput,
  UpdateUserPoolCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { updatePool } from '../../configuration/update-pool.ts';
import { refuseDuringImport } from '../../imports/refuse-during-import.ts';
import type { Operation } from '../operation.ts';

/** What is left out returns to its default (USR-163); tags and the name, which have none, stay. */
export const updateUserPool: Operation<UpdateUserPoolCommandInput, UpdateUserPoolCommandOutput> = {
  name: 'UpdateUserPool',
  access: 'signed',
  configures: true,
  async run(service, input, caller) {
    await refuseDuringImport(service, input.UserPoolId, caller);
    await updatePool(service.directory, input.UserPoolId, input);
    return {};
  },
};
