import type {
  ConfirmSignUpCommandInput,
  ConfirmSignUpCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { confirmSignUp as confirm } from '../../accounts/sign-up/confirm-sign-up.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';

export const confirmSignUp: Operation<ConfirmSignUpCommandInput, ConfirmSignUpCommandOutput> = {
  name: 'ConfirmSignUp',
  access: 'public',
  async run(service, input, { address }) {
    const { pool, client } = await publicClient(service, input);
    await confirm(pool, client, {
      username: input.Username,
      code: input.ConfirmationCode,
      forceAliasCreation: input.ForceAliasCreation,
      address,
    });
    return {};
  },
};
