import type { Account } from '#adapters/accounts/store.ts';
import { checkSecretHash } from '../../configuration/check-secret-hash.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { issueTokens } from '../../tokens/issue-tokens.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { tokenAnswer } from './advance.ts';
import { type Parameters, required } from './parameters.ts';

/** New tokens for a refresh token, whoever gave it: the API or the token endpoint (HUI-202). */
export async function refreshTokens(
  pool: Pool,
  client: Client,
  token: string,
  prove?: (owner: Account) => void,
): Promise<ReturnType<typeof tokenAnswer>> {
  const { grant, account, next } = await redeemRefreshToken(pool, client, token, prove);
  const tokens = await issueTokens(pool, client, account, grant);
  // The client has lost every scope that it was granted at the token endpoint.
  if (!tokens) throw new Refusal('refresh-token-invalid');
  return tokenAnswer({ ...tokens, refreshToken: next });
}

/** The flow: it names nobody, so the secret hash is over the real name of the token's owner (SEC-12). */
export function startRefresh(
  { pool, client }: { pool: Pool; client: Client },
  parameters: Parameters,
): Promise<ReturnType<typeof tokenAnswer>> {
  return refreshTokens(pool, client, required(parameters, 'REFRESH_TOKEN'), ({ username }) =>
    checkSecretHash(client, username, parameters['SECRET_HASH']),
  );
}
