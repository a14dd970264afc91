import type {
  GetClientTokenCommandInput,
  GetClientTokenCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientToken } from '../../tokens/client-token.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';

/** SDKs sign this call, and the service does not look: the client's secret is what proves the caller. */
export const getClientToken: Operation<GetClientTokenCommandInput, GetClientTokenCommandOutput> = {
  name: 'GetClientToken',
  access: 'public',
  async run(service, { ClientId, Secret, Scopes }, { address }) {
    const { pool, client } = await publicClient(service, { ClientId });
    const { accessToken, expiresIn } = await clientToken(pool, client, {
      secret: Secret,
      scopes: Scopes,
      address,
    });
    return {
      ClientAuthenticationResult: { AccessToken: accessToken, ExpiresIn: expiresIn, TokenType: 'Bearer' },
    };
  },
};
