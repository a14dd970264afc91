import type {
  GetUserAttributeVerificationCodeCommandInput,
  GetUserAttributeVerificationCodeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requestVerification } from '../../accounts/attributes/request-verification.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';
import { deliveryShape } from '../user-shapes.ts';

export const getUserAttributeVerificationCode: Operation<
  GetUserAttributeVerificationCodeCommandInput,
  GetUserAttributeVerificationCodeCommandOutput
> = {
  name: 'GetUserAttributeVerificationCode',
  access: 'access-token',
  async run(service, { AccessToken, AttributeName }, { address }) {
    const { pool, account } = await tokenHolder(service, AccessToken);
    const delivery = await requestVerification(pool, account, { name: AttributeName, address });
    return { CodeDeliveryDetails: deliveryShape(delivery) };
  },
};
