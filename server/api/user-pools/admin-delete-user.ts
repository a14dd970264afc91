import type {
  AdminDeleteUserCommandInput,
  AdminDeleteUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteUser } from '../../accounts/administration/delete-user.ts';
import type { Operation } from '../operation.ts';

export const adminDeleteUser: Operation<AdminDeleteUserCommandInput, AdminDeleteUserCommandOutput> = {
  name: 'AdminDeleteUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    await deleteUser(await pools.byId(UserPoolId), Username);
    return {};
  },
};
