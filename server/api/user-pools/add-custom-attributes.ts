import type {
  AddCustomAttributesCommandInput,
  AddCustomAttributesCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { withCustomAttributes } from '../../configuration/attribute-schema.ts';
import { findPool } from '../../configuration/find-pool.ts';
import { refuseDuringImport } from '../../imports/refuse-during-import.ts';
import type { Operation } from '../operation.ts';

export const addCustomAttributes: Operation<
  AddCustomAttributesCommandInput,
  AddCustomAttributesCommandOutput
> = {
  name: 'AddCustomAttributes',
  access: 'signed',
  configures: true,
  async run(service, { UserPoolId, CustomAttributes }, caller) {
    await findPool(service.directory, UserPoolId);
    await refuseDuringImport(service, UserPoolId, caller);
    await service.directory.forPool(UserPoolId).update('pool', UserPoolId, (pool) => ({
      ...pool,
      settings: {
        ...pool.settings,
        SchemaAttributes: withCustomAttributes(pool.settings.SchemaAttributes, CustomAttributes),
      },
    }));
    return {};
  },
};
