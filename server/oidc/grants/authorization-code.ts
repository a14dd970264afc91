/** A code -> tokens (RFC 6749 section 4.1.3, RFC 7636; HUI-129..135, 140, 144). */
import { hash, timingSafeEqual } from 'node:crypto';
import { type AuthorizationCode, errors } from 'oidc-provider';
import type { Pool } from '../../pool.ts';
import { findGrant, liveAccount, revokeGrant } from '../../tokens/grant.ts';
import { type Issuing, issueTokens } from '../../tokens/issue-tokens.ts';
import { issueRefreshToken } from '../../tokens/refresh-token.ts';
import { tokenAnswer } from '../dialect/token-answer.ts';
import { clientAllowed, type GrantContext, required } from './allowed-flow.ts';

const { InvalidGrant, InvalidRequest } = errors;

type Redeeming = Issuing & Pick<Pool, 'id' | 'sessions' | 'accounts'>;

/**
 * Everything that the code is bound to is checked before it is consumed, so that a code alone, without its client,
 * address and verifier, can neither be used nor spoilt. A code that comes a second time was copied, and what it
 * bought the first time is revoked (HUI-133), also when both came at once.
 */
export async function redeemCode(pool: Redeeming, ctx: GrantContext): Promise<void> {
  const client = clientAllowed(pool, ctx, 'code');
  const value = required(ctx, 'code');
  const redirectUri = required(ctx, 'redirect_uri');
  const code = await ctx.oidc.provider.AuthorizationCode.find(value);
  if (!code) throw new InvalidGrant('code not found or expired');
  if (code.clientId !== client.id) throw new InvalidGrant('the code was given to another client');
  if (code.redirectUri !== redirectUri)
    throw new InvalidGrant('redirect_uri differs from the authorize request');
  checkVerifier(code, ctx.oidc.params['code_verifier']);
  const grantId = code.grantId ?? '';
  await consumeOrRevoke(pool, code, grantId);

  const grant = await findGrant(pool, grantId);
  const account = grant && (await liveAccount(pool, grant));
  if (!grant || !account) throw new InvalidGrant('the sign-in has ended');
  // The pool had the `openid` profile then. Tokens of this one know no resource and no key, and are good for more.
  if (grant.beside?.resources || code.dpopJkt)
    throw new InvalidGrant('the sign-in was for less than tokens of this profile allow');
  ctx.oidc.entity('Account', { accountId: account.id });
  const tokens = await issueTokens(pool, client, account, grant, code.nonce);
  if (!tokens) throw new InvalidGrant('no scope of the sign-in is left');
  ctx.body = tokenAnswer({ ...tokens, refreshToken: await issueRefreshToken(pool, client, grant) });
}

async function consumeOrRevoke(
  pool: Pick<Pool, 'sessions' | 'clock'>,
  code: AuthorizationCode,
  grantId: string,
): Promise<void> {
  try {
    await code.consume();
  } catch (error) {
    if (error instanceof InvalidGrant) await revokeGrant(pool, grantId);
    throw error;
  }
}

/**
 * A request with a challenge must come back with its verifier, one without must come back without: otherwise PKCE
 * could be dropped, or pretended, on the way (ATK-10).
 */
function checkVerifier(code: AuthorizationCode, verifier: string | undefined): void {
  if (!code.codeChallenge) {
    if (verifier) throw new InvalidGrant('code_verifier for a code without code_challenge');
    return;
  }
  if (!verifier) throw new InvalidRequest('code_verifier is missing');
  const expected = Buffer.from(code.codeChallenge);
  const given = Buffer.from(hash('sha256', verifier, 'base64url'));
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw new InvalidGrant('code_verifier does not match');
}
