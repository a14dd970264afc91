import type {
  ListTermsCommandInput,
  ListTermsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';

/** No pool shows terms. */
export const listTerms: Operation<ListTermsCommandInput, ListTermsCommandOutput> = {
  name: 'ListTerms',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId, NextToken }) {
    await findPool(directory, UserPoolId);
    refusePageToken(NextToken);
    return { Terms: [] };
  },
};
