import type {
  ConfirmForgotPasswordCommandInput,
  ConfirmForgotPasswordCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { confirmForgotPassword as setNewPassword } from '../../accounts/recovery/confirm-forgot-password.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';

export const confirmForgotPassword: Operation<
  ConfirmForgotPasswordCommandInput,
  ConfirmForgotPasswordCommandOutput
> = {
  name: 'ConfirmForgotPassword',
  access: 'public',
  async run(service, input, { address }) {
    const { pool, client } = await publicClient(service, input);
    const { id } = await setNewPassword(pool, client, {
      username: input.Username,
      code: input.ConfirmationCode,
      password: input.Password,
      address,
    });
    await tellOfEnd(pool, id);
    return {};
  },
};
