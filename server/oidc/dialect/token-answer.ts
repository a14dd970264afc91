/** How the token endpoint answers: exactly the members and error codes of Cognito (HUI-129, 136, 141, 145..147). */
import type { Context } from 'koa';
import type { IssuedTokens } from '../../tokens/issue-tokens.ts';

/** Nothing is said twice: the library would repeat the refresh token and the scopes at each refresh. */
export function tokenAnswer(tokens: IssuedTokens & { refreshToken?: string }): Record<string, unknown> {
  const { idToken, accessToken, refreshToken, expiresIn } = tokens;
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    access_token: accessToken,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    expires_in: expiresIn,
    token_type: 'Bearer',
  };
}

/** Told to a caller in one word: why would tell someone who guesses which part was right. The log has the rest. */
const WITHOUT_REASON: ReadonlySet<unknown> = new Set(['invalid_client', 'invalid_grant', 'server_error']);

/** An error as the client reads it; `status` of the library stays unless Cognito answers another. */
export function mendTokenError(ctx: Context, { error, error_description }: Record<string, unknown>): void {
  // RFC 6749 would have 401 here, Cognito does not.
  if (error === 'invalid_client') ctx.status = 400;
  ctx.body =
    WITHOUT_REASON.has(error) || typeof error_description !== 'string'
      ? { error }
      : { error, error_description };
}
