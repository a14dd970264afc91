import type {
  ListIdentityProvidersCommandInput,
  ListIdentityProvidersCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';
import { providerLine } from '../provider-shapes.ts';

/** As many as a page can have; the model lets 0 pass, which is taken for it. */
const MOST_RESULTS = 60;

export const listIdentityProviders: Operation<
  ListIdentityProvidersCommandInput,
  ListIdentityProvidersCommandOutput
> = {
  name: 'ListIdentityProviders',
  access: 'signed',
  async run(service, { UserPoolId, MaxResults, NextToken }) {
    await findPool(service.directory, UserPoolId);
    const list = `ListIdentityProviders/${UserPoolId}`;
    const page = await service.directory.forPool(UserPoolId).list('identity-provider', {
      limit: MaxResults || MOST_RESULTS,
      cursor: openPageToken(service, list, NextToken),
    });
    return {
      Providers: page.items.map(({ id: name, record, ...times }) =>
        providerLine({ name, type: record.type, ...times }),
      ),
      NextToken: sealPageToken(service, list, page.cursor),
    };
  },
};
