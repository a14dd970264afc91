import type {
  AdminDeleteUserAttributesCommandInput,
  AdminDeleteUserAttributesCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteUserAttributes } from '../../accounts/administration/delete-user-attributes.ts';
import type { Operation } from '../operation.ts';

export const adminDeleteUserAttributes: Operation<
  AdminDeleteUserAttributesCommandInput,
  AdminDeleteUserAttributesCommandOutput
> = {
  name: 'AdminDeleteUserAttributes',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, UserAttributeNames }) {
    const change = { username: Username, names: UserAttributeNames };
    await deleteUserAttributes(await pools.byId(UserPoolId), change);
    return {};
  },
};
