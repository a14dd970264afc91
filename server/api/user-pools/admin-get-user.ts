import type {
  AdminGetUserCommandInput,
  AdminGetUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireAccount } from '../../accounts/find-account.ts';
import type { Operation } from '../operation.ts';
import { userAnswer } from '../user-shapes.ts';

export const adminGetUser: Operation<AdminGetUserCommandInput, AdminGetUserCommandOutput> = {
  name: 'AdminGetUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username }) {
    return userAnswer(await requireAccount(await pools.byId(UserPoolId), Username));
  },
};
