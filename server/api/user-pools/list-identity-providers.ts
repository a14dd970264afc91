import type {
  ListIdentityProvidersCommandInput,
  ListIdentityProvidersCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';

/** No pool has upstream identity providers. */
export const listIdentityProviders: Operation<
  ListIdentityProvidersCommandInput,
  ListIdentityProvidersCommandOutput
> = {
  name: 'ListIdentityProviders',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId, NextToken }) {
    await findPool(directory, UserPoolId);
    refusePageToken(NextToken);
    return { Providers: [] };
  },
};
