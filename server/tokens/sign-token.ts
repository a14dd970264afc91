/** Claims -> a JWT signed by one of the pool's keys, with exactly `kid` and `alg` in its header (HUI-189). */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import type { Pool, SigningJwk } from '../pool.ts';
import type { Claims } from './claims.ts';

/** Reading a private key takes as long as signing with it, so each is read once. */
const privateKeys = new WeakMap<SigningJwk, KeyObject>();

/** ID and access tokens are signed by different keys (HUI-190). */
export function signToken(pool: Pick<Pool, 'keys'>, use: 'id' | 'access', claims: Claims): Promise<string> {
  const jwk = pool.keys.signing[use];
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ kid: jwk.kid, alg: jwk.alg })
    .sign(privateKeyOf(jwk));
}

function privateKeyOf(jwk: SigningJwk): KeyObject {
  let key = privateKeys.get(jwk);
  if (!key) {
    key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    privateKeys.set(jwk, key);
  }
  return key;
}
