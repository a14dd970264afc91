import type {
  AdminGetUserAuthFactorsCommandInput,
  AdminGetUserAuthFactorsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireAccount } from '../../accounts/find-account.ts';
import { authFactors } from '../../accounts/sign-in/auth-factors.ts';
import type { Operation } from '../operation.ts';

export const adminGetUserAuthFactors: Operation<
  AdminGetUserAuthFactorsCommandInput,
  AdminGetUserAuthFactorsCommandOutput
> = {
  name: 'AdminGetUserAuthFactors',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    const account = await requireAccount(await pools.byId(UserPoolId), Username);
    return { Username: account.username, ConfiguredUserAuthFactors: authFactors(account) };
  },
};
