/**
 * A JWT -> its claims, if this pool signed it: RS256 only and a key of the pool's own, whatever the header says
 * (ATK-15). It decides nothing about what the token is for.
 */
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { compactVerify, decodeJwt, errors } from 'jose';
import type { Pool, PublicJwk } from '../pool.ts';
import type { Claims } from './claims.ts';

const publicKeys = new WeakMap<PublicJwk, KeyObject>();

/** A token whose signature was found good, and the key that signed it. */
interface Verified {
  claims: Claims;
  jwk: PublicJwk;
}

/**
 * By the SHA-256 of the token: an application sends the same one with every call, and checking its signature again took
 * a third of a call. What a signature says never changes, and nothing but that is remembered here: whether the key is
 * still published is asked each time, and whether the token still holds is for those who ask here. Nobody without a
 * token of ours gets anything in. The oldest is forgotten first.
 */
const verified = new Map<string, Verified>();
/** Tokens, of about a kilobyte each. */
const MOST_VERIFIED = 2000;

/**
 * The digest of the token that was asked for last. One call asks three times: for its pool, its signature, and for the
 * audit. The token is let go when this turn of the event loop ends: what stays in memory is no token. Nobody learns a
 * token from how long comparing takes, since nobody could try again before it is gone.
 */
let asked: { token: string; digest: string } | undefined;
const letGo = () => {
  asked = undefined;
};

function digestOf(token: string): string {
  if (asked?.token === token) return asked.digest;
  if (!asked) setImmediate(letGo);
  asked = { token, digest: hash('sha256', token, 'hex') };
  return asked.digest;
}

/** Undefined unless signed by a published key of the pool, for the pool. Says nothing about `exp`. The claims are frozen. */
export async function verifyToken(
  pool: Pick<Pool, 'keys' | 'issuer'>,
  token: string,
): Promise<Claims | undefined> {
  const { published } = pool.keys;
  const digest = digestOf(token);
  let known = verified.get(digest);
  // Of another pool, or of a key that has retired: then as if it were not known.
  if (!known || !published.includes(known.jwk)) {
    known = await checkSignature(published, token);
    if (known) remember(digest, known);
  }
  return known?.claims['iss'] === pool.issuer ? known.claims : undefined;
}

async function checkSignature(published: PublicJwk[], token: string): Promise<Verified | undefined> {
  let jwk: PublicJwk | undefined;
  try {
    const { payload } = await compactVerify(
      token,
      ({ kid }) => {
        jwk = published.find((candidate) => candidate.kid === kid);
        if (!jwk) throw new errors.JWKSNoMatchingKey();
        return publicKeyOf(jwk);
      },
      { algorithms: ['RS256'] },
    );
    // Everybody who asks gets the same object.
    const claims: Claims = JSON.parse(new TextDecoder().decode(payload), (_, value) => Object.freeze(value));
    return jwk && { claims, jwk };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function remember(digest: string, token: Verified): void {
  const [oldest] = verified.size >= MOST_VERIFIED ? verified.keys() : [];
  if (oldest !== undefined) verified.delete(oldest);
  verified.set(digest, token);
}

/** What a token says whose signature was found good at some time, by whichever pool. Proves nothing about now. */
export function claimsVerifiedBefore(token: string): Claims | undefined {
  return verified.get(digestOf(token))?.claims;
}

/**
 * The issuer that a token names, proven by nothing: good for finding the pool that may verify it, and for nothing
 * else. Undefined for what is no JWT.
 */
export function claimedIssuer(token: string): string | undefined {
  try {
    const { iss } = claimsVerifiedBefore(token) ?? decodeJwt(token);
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
