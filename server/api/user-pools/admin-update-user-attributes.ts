import type {
  AdminUpdateUserAttributesCommandInput,
  AdminUpdateUserAttributesCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { updateUserAttributes } from '../../accounts/administration/update-user-attributes.ts';
import type { Operation } from '../operation.ts';
import { attributeRecord } from '../user-shapes.ts';

export const adminUpdateUserAttributes: Operation<
  AdminUpdateUserAttributesCommandInput,
  AdminUpdateUserAttributesCommandOutput
> = {
  name: 'AdminUpdateUserAttributes',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, UserAttributes }) {
    const given = attributeRecord(UserAttributes);
    await updateUserAttributes(await pools.byId(UserPoolId), { username: Username, given });
    return {};
  },
};
