import type {
  ForgotPasswordCommandInput,
  ForgotPasswordCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { forgotPassword as sendResetCode } from '../../accounts/recovery/forgot-password.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';
import { deliveryShape } from '../user-shapes.ts';

export const forgotPassword: Operation<ForgotPasswordCommandInput, ForgotPasswordCommandOutput> = {
  name: 'ForgotPassword',
  access: 'public',
  async run(service, input, { address }) {
    const { pool, client } = await publicClient(service, input);
    const delivery = await sendResetCode(pool, client, { username: input.Username, address });
    return { CodeDeliveryDetails: deliveryShape(delivery) };
  },
};
