import type {
  GetUserPoolMfaConfigCommandInput,
  GetUserPoolMfaConfigCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { mfaShape } from '../shapes.ts';

export const getUserPoolMfaConfig: Operation<
  GetUserPoolMfaConfigCommandInput,
  GetUserPoolMfaConfigCommandOutput
> = {
  name: 'GetUserPoolMfaConfig',
  access: 'signed',
  async run({ directory }, { UserPoolId }) {
    return mfaShape((await findPool(directory, UserPoolId)).record);
  },
};
