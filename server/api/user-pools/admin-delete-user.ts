import type {
  AdminDeleteUserCommandInput,
  AdminDeleteUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteUser } from '../../accounts/administration/delete-user.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import { forgetSessions } from '../../tokens/sessions/forget.ts';
import type { Operation } from '../operation.ts';

export const adminDeleteUser: Operation<AdminDeleteUserCommandInput, AdminDeleteUserCommandOutput> = {
  name: 'AdminDeleteUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    const pool = await pools.byId(UserPoolId);
    const { id } = await deleteUser(pool, Username);
    await tellOfEnd(pool, id);
    await forgetSessions(pool, id);
    return {};
  },
};
