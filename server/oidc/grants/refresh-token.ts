/** A refresh token -> new tokens (RFC 6749 section 6; HUI-136..139, 144, 197, 211). A `scope` is ignored (ATK-18). */
import { errors } from 'oidc-provider';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { type Issuing, issueTokens } from '../../tokens/issue-tokens.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { tokenAnswer } from '../dialect/token-answer.ts';
import { fromOf } from '../hand-over.ts';
import { clientAllowed, type GrantContext, required } from './allowed-flow.ts';

type Refreshing = Issuing & Pick<Pool, 'id' | 'sessions' | 'accounts'>;

export async function refresh(pool: Refreshing, ctx: GrantContext): Promise<void> {
  const client = clientAllowed(pool, ctx, 'code');
  const token = required(ctx, 'refresh_token');
  const redeemed = await redeemRefreshToken(pool, client, token, { from: fromOf(ctx) }).catch(asInvalidGrant);
  ctx.oidc.entity('Account', { accountId: redeemed.account.id });
  const tokens = await issueTokens(pool, client, redeemed.account, redeemed.grant);
  if (!tokens) throw new errors.InvalidGrant('no scope of the sign-in is left');
  ctx.body = tokenAnswer({ ...tokens, refreshToken: redeemed.next });
}

/** Why is in the log; a caller who guesses is told nothing. */
function asInvalidGrant(error: unknown): never {
  throw error instanceof Refusal ? new errors.InvalidGrant(error.reason) : error;
}
