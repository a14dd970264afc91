import { limitRate } from '../accounts/limits/limit-rate.ts';
import { isPoolId } from '../configuration/pool-ids.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { SELF_SERVICE } from '../tokens/begin-api-sign-in.ts';
import { type VerifiedAccess, verifyAccessToken } from '../tokens/verify-access-token.ts';
import { claimedIssuer } from '../tokens/verify-token.ts';
import type { Service } from './operation.ts';

/**
 * The person whose access token a call carries, and their pool. The pool is found by the issuer that the token names;
 * that the pool signed it is checked there. The call counts for the person's rate, where the settings ask for one.
 * @throws Refusal `access-token-invalid`, `access-token-expired`, `access-token-revoked`, `access-token-scope`,
 * `user-disabled`, `password-reset-required`, `user-not-confirmed`, `too-many-requests`
 */
export async function tokenHolder(
  { pools }: Pick<Service, 'pools'>,
  accessToken: string,
): Promise<VerifiedAccess & { pool: Pool }> {
  const poolId = claimedIssuer(accessToken)?.split('/').at(-1) ?? '';
  if (!isPoolId(poolId)) throw new Refusal('access-token-invalid');
  const pool = await pools.byId(poolId).catch((cause: unknown) => {
    throw cause instanceof Refusal && cause.reason === 'pool-not-found'
      ? new Refusal('access-token-invalid', {}, { cause })
      : cause;
  });
  const access = await verifyAccessToken(pool, accessToken);
  await limitRate(pool, 'access-token', access.account.id);
  if (!access.scopes.includes(SELF_SERVICE)) throw new Refusal('access-token-scope');
  return { ...access, pool };
}
