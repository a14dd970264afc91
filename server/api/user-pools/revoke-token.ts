import type {
  RevokeTokenCommandInput,
  RevokeTokenCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { Refusal } from '../../errors.ts';
import { revokeRefreshToken } from '../../tokens/revoke-refresh-token.ts';
import type { Operation } from '../operation.ts';
import { publicClient } from '../public-client.ts';

export const revokeToken: Operation<RevokeTokenCommandInput, RevokeTokenCommandOutput> = {
  name: 'RevokeToken',
  access: 'public',
  async run(service, input, { address }) {
    const { ClientId, ClientSecret, Token, RevokeAssociatedSessions } = input;
    const { pool, client } = await publicClient(service, { ClientId }).catch(unauthorized);
    const linked = RevokeAssociatedSessions === 'LINKED';
    await revokeRefreshToken(pool, client, { token: Token, secret: ClientSecret, linked, address });
    return {};
  },
};

/** The one public operation that knows no ResourceNotFoundException: a client that is not there proves nothing. */
function unauthorized(cause: unknown): never {
  throw cause instanceof Refusal && cause.reason === 'client-not-found'
    ? new Refusal('client-secret-wrong', {}, { cause })
    : cause;
}
