import type { Account } from '#adapters/accounts/store.ts';
import type { Client, Pool } from '../pool.ts';
import { beginGrant } from './grant.ts';
import { type IssuedTokens, type Issuing, issueTokens } from './issue-tokens.ts';
import { issueRefreshToken } from './refresh-token.ts';
import type { From } from './sessions/track.ts';

/** The scope of every token that the JSON API gives: it is for the operations about its own person. */
export const SELF_SERVICE = 'aws.cognito.signin.user.admin';

/**
 * The tokens of somebody who has just signed in through the JSON API.
 * @param authTime milliseconds since the epoch
 * @param from where they are, as far as it is known, for pools that track sessions
 */
export async function beginApiSignIn(
  pool: Issuing & Pick<Pool, 'sessions'>,
  client: Client,
  { account, authTime, from }: { account: Account; authTime: number; from?: From },
): Promise<IssuedTokens & { refreshToken: string }> {
  const grant = await beginGrant(pool, client, {
    accountId: account.id,
    epoch: account.epoch,
    authTime: Math.floor(authTime / 1000),
    scopes: [SELF_SERVICE],
    api: true,
    refreshable: true,
    ...(from && { from }),
  });
  const tokens = await issueTokens(pool, client, account, grant);
  // Only a grant that names scopes can have none left.
  if (!tokens) throw new Error('A sign-in through the API has no tokens');
  return { ...tokens, refreshToken: await issueRefreshToken(pool, client, grant) };
}
