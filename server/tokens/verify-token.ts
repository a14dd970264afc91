/**
 * A JWT -> its claims, if this pool signed it: RS256 only and a key of the pool's own, whatever the header says
 * (ATK-15). It decides nothing about what the token is for.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { compactVerify, decodeJwt, errors } from 'jose';
import type { Pool, PublicJwk } from '../pool.ts';
import type { Claims } from './claims.ts';

const publicKeys = new WeakMap<PublicJwk, KeyObject>();

/** Undefined unless signed by a published key of the pool, for the pool. Says nothing about `exp`. */
export async function verifyToken(
  pool: Pick<Pool, 'keys' | 'issuer'>,
  token: string,
): Promise<Claims | undefined> {
  const { published } = pool.keys;
  try {
    const { payload } = await compactVerify(
      token,
      ({ kid }) => {
        const jwk = published.find((candidate) => candidate.kid === kid);
        if (!jwk) throw new errors.JWKSNoMatchingKey();
        return publicKeyOf(jwk);
      },
      { algorithms: ['RS256'] },
    );
    const claims: Claims = JSON.parse(new TextDecoder().decode(payload));
    return claims['iss'] === pool.issuer ? claims : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The issuer that a token names, proven by nothing: good for finding the pool that may verify it, and for nothing
 * else. Undefined for what is no JWT.
 */
export function claimedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function publicKeyOf(jwk: PublicJwk): KeyObject {
  let key = publicKeys.get(jwk);
  if (!key) {
    key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    publicKeys.set(jwk, key);
  }
  return key;
}
