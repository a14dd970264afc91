import type {
  ChangePasswordCommandInput,
  ChangePasswordCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { changePassword as change } from '../../accounts/own-account/change-password.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const changePassword: Operation<ChangePasswordCommandInput, ChangePasswordCommandOutput> = {
  name: 'ChangePassword',
  access: 'access-token',
  async run(service, { AccessToken, PreviousPassword, ProposedPassword }, { address }) {
    const { pool, account } = await tokenHolder(service, AccessToken);
    await change(pool, account, { previous: PreviousPassword, proposed: ProposedPassword, address });
    return {};
  },
};
