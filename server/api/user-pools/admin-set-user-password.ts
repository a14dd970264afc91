import type {
  AdminSetUserPasswordCommandInput,
  AdminSetUserPasswordCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { setUserPassword } from '../../accounts/administration/set-user-password.ts';
import type { Operation } from '../operation.ts';

export const adminSetUserPassword: Operation<
  AdminSetUserPasswordCommandInput,
  AdminSetUserPasswordCommandOutput
> = {
  name: 'AdminSetUserPassword',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, Password, Permanent = false }) {
    await setUserPassword(await pools.byId(UserPoolId), {
      username: Username,
      password: Password,
      permanent: Permanent,
    });
    return {};
  },
};
