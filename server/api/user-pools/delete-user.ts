import type {
  DeleteUserCommandInput,
  DeleteUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteAccount } from '../../accounts/own-account/delete-account.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import { forgetSessions } from '../../tokens/sessions/forget.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const deleteUser: Operation<DeleteUserCommandInput, DeleteUserCommandOutput> = {
  name: 'DeleteUser',
  access: 'access-token',
  async run(service, { AccessToken }) {
    const { pool, account } = await tokenHolder(service, AccessToken);
    await deleteAccount(pool, account);
    await tellOfEnd(pool, account.id);
    await forgetSessions(pool, account.id);
    return {};
  },
};
