import type { Account } from '#adapters/accounts/store.ts';
import { checkSecretHash } from '../../configuration/check-secret-hash.ts';
import { Refusal } from '../../errors.ts';
import { issueTokens } from '../../tokens/issue-tokens.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { fromOf, type SigningIn, tokenAnswer } from './advance.ts';
import { type Parameters, required } from './parameters.ts';

/** New tokens for a refresh token, whoever gave it: the API or the token endpoint (HUI-202). */
export async function refreshTokens(
  at: SigningIn,
  token: string,
  prove?: (owner: Account) => void,
): Promise<ReturnType<typeof tokenAnswer>> {
  const { pool, client } = at;
  const from = fromOf(at);
  const { grant, account, next } = await redeemRefreshToken(pool, client, token, { prove, from });
  const tokens = await issueTokens(pool, client, account, grant);
  // The client has lost every scope that it was granted at the token endpoint.
  if (!tokens) throw new Refusal('refresh-token-invalid');
  return tokenAnswer({ ...tokens, refreshToken: next });
}

/** The flow: it names nobody, so the secret hash is over the real name of the token's owner (SEC-12). */
export function startRefresh(at: SigningIn, parameters: Parameters): Promise<ReturnType<typeof tokenAnswer>> {
  return refreshTokens(at, required(parameters, 'REFRESH_TOKEN'), ({ username }) =>
    checkSecretHash(at.client, username, parameters['SECRET_HASH']),
  );
}
