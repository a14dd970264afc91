import type {
  DeleteUserAttributesCommandInput,
  DeleteUserAttributesCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteOwnAttributes } from '../../accounts/attributes/delete-own-attributes.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const deleteUserAttributes: Operation<
  DeleteUserAttributesCommandInput,
  DeleteUserAttributesCommandOutput
> = {
  name: 'DeleteUserAttributes',
  access: 'access-token',
  async run(service, { AccessToken, UserAttributeNames }) {
    const { pool, client, account } = await tokenHolder(service, AccessToken);
    await deleteOwnAttributes(pool, client, account, UserAttributeNames);
    return {};
  },
};
