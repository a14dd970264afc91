import type {
  ListUserPoolClientsCommandInput,
  ListUserPoolClientsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';

/** As many as the service gives when it is not told how many. */
const DEFAULT_RESULTS = 60;

export const listUserPoolClients: Operation<
  ListUserPoolClientsCommandInput,
  ListUserPoolClientsCommandOutput
> = {
  name: 'ListUserPoolClients',
  access: 'signed',
  async run(service, { UserPoolId, MaxResults = DEFAULT_RESULTS, NextToken, ClientType }) {
    await findPool(service.directory, UserPoolId);
    const list = `ListUserPoolClients/${UserPoolId}`;
    const cursor = openPageToken(service, list, NextToken);
    // Clients that registered themselves are a kind that Foyer does not have.
    if (ClientType === 'DCR') return { UserPoolClients: [] };
    const page = await service.directory.forPool(UserPoolId).list('client', { limit: MaxResults, cursor });
    return {
      UserPoolClients: page.items.map(({ id, record }) => ({
        ClientId: id,
        UserPoolId,
        ClientName: record.settings.ClientName,
      })),
      NextToken: sealPageToken(service, list, page.cursor),
    };
  },
};
