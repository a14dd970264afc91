import type { GetUserCommandInput, GetUserCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { readableAttributes } from '../../attribute-permissions.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';
import { ownAnswer } from '../user-shapes.ts';

export const getUser: Operation<GetUserCommandInput, GetUserCommandOutput> = {
  name: 'GetUser',
  access: 'access-token',
  async run(service, { AccessToken }) {
    const { pool, client, account } = await tokenHolder(service, AccessToken);
    return ownAnswer(account, readableAttributes(pool, client));
  },
};
