import type { SignUpCommandInput, SignUpCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { signUp as makeAccount } from '../../accounts/sign-up/sign-up.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';
import { attributeRecord, deliveryShape } from '../user-shapes.ts';

export const signUp: Operation<SignUpCommandInput, SignUpCommandOutput> = {
  name: 'SignUp',
  access: 'public',
  async run(service, input, { address }) {
    const { pool, client } = await publicClient(service, input);
    const { account, delivery, deliveryFailed } = await makeAccount(pool, client, {
      username: input.Username,
      password: input.Password,
      attributes: attributeRecord(input.UserAttributes),
      address,
    });
    // The account is there nevertheless: its owner asks for the code again.
    if (deliveryFailed) throw deliveryFailed;
    return {
      UserConfirmed: account.status === 'CONFIRMED',
      UserSub: account.id,
      CodeDeliveryDetails: delivery && deliveryShape(delivery),
    };
  },
};
