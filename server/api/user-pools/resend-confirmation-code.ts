import type {
  ResendConfirmationCodeCommandInput,
  ResendConfirmationCodeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { resendConfirmation } from '../../accounts/sign-up/resend-confirmation.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';
import { deliveryShape } from '../user-shapes.ts';

export const resendConfirmationCode: Operation<
  ResendConfirmationCodeCommandInput,
  ResendConfirmationCodeCommandOutput
> = {
  name: 'ResendConfirmationCode',
  access: 'public',
  async run(service, input, { address }) {
    const { pool, client } = await publicClient(service, input);
    const delivery = await resendConfirmation(pool, client, { username: input.Username, address });
    return { CodeDeliveryDetails: deliveryShape(delivery) };
  },
};
