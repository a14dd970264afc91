import type {
  AdminConfirmSignUpCommandInput,
  AdminConfirmSignUpCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { adminConfirmSignUp as confirm } from '../../accounts/sign-up/admin-confirm-sign-up.ts';
import type { Operation } from '../operation.ts';

export const adminConfirmSignUp: Operation<AdminConfirmSignUpCommandInput, AdminConfirmSignUpCommandOutput> =
  {
    name: 'AdminConfirmSignUp',
    access: 'signed',
    async run({ pools }, { UserPoolId, Username }) {
      await confirm(await pools.byId(UserPoolId), Username);
      return {};
    },
  };
