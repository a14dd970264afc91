import type {
  RevokeTokenCommandInput,
  RevokeTokenCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { revokeRefreshToken } from '../../tokens/revoke-refresh-token.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';

export const revokeToken: Operation<RevokeTokenCommandInput, RevokeTokenCommandOutput> = {
  name: 'RevokeToken',
  access: 'public',
  async run(service, { ClientId, ClientSecret, Token }, { address }) {
    const { pool, client } = await publicClient(service, { ClientId });
    await revokeRefreshToken(pool, client, { token: Token, secret: ClientSecret, address });
    return {};
  },
};
