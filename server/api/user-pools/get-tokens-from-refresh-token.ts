import type {
  GetTokensFromRefreshTokenCommandInput,
  GetTokensFromRefreshTokenCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { checkClientSecret } from '../../configuration/check-client-secret.ts';
import { Refusal } from '../../errors.ts';
import type { Client } from '../../pool.ts';
import { proveClient } from '../../tokens/prove-client.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';
import { refreshTokens } from '../sign-in/refresh.ts';

export const getTokensFromRefreshToken: Operation<
  GetTokensFromRefreshTokenCommandInput,
  GetTokensFromRefreshTokenCommandOutput
> = {
  name: 'GetTokensFromRefreshToken',
  access: 'public',
  async run(service, { ClientId, ClientSecret, RefreshToken }, { address, userAgent }) {
    const { pool, client } = await publicClient(service, { ClientId });
    await proveClient(pool, address, () => checkSecret(client, ClientSecret));
    const at = { pool, client, signed: false, address, userAgent };
    const { AuthenticationResult } = await refreshTokens(at, RefreshToken);
    return { AuthenticationResult };
  },
};

/** This operation takes the secret itself and, other than RevokeToken, knows no UnauthorizedException. */
function checkSecret(client: Client, secret: string | undefined): void {
  try {
    checkClientSecret(client, secret);
  } catch (cause) {
    throw new Refusal('secret-hash-wrong', { client: client.id }, { cause });
  }
}
