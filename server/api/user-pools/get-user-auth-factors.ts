import type {
  GetUserAuthFactorsCommandInput,
  GetUserAuthFactorsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { authFactors } from '../../accounts/sign-in/auth-factors.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const getUserAuthFactors: Operation<GetUserAuthFactorsCommandInput, GetUserAuthFactorsCommandOutput> =
  {
    name: 'GetUserAuthFactors',
    access: 'access-token',
    async run(service, { AccessToken }) {
      const { account } = await tokenHolder(service, AccessToken);
      return { Username: account.username, ConfiguredUserAuthFactors: authFactors(account) };
    },
  };
