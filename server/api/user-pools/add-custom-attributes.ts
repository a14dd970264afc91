import type {
  AddCustomAttributesCommandInput,
  AddCustomAttributesCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { addCustomAttributes as add } from '../../configuration/add-custom-attributes.ts';
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
    await refuseDuringImport(service, UserPoolId, caller);
    await add(service.directory, UserPoolId, CustomAttributes);
    return {};
  },
};
