/**
 * Claims -> a JWT signed by one of the pool's keys, with exactly `kid` and `alg` in its header (HUI-189), and `typ` where
 * the `openid` profile has one.
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Pool, SigningJwk } from '../pool.ts';
import type { Claims } from './claims.ts';

/** What each token of a key has in common. Reading a private key takes as long as signing with it. */
interface Signer {
  key: KeyObject;
  /** By `typ`. */
  headers: Map<string | undefined, string>;
}

const signers = new WeakMap<SigningJwk, Signer>();
/** On the thread pool: a signature takes longer than all the rest of a token, and others are served meanwhile. */
const signAside = promisify(sign);

/** ID and access tokens are signed by different keys (HUI-190). */
export async function signToken(
  pool: Pick<Pool, 'keys'>,
  use: 'id' | 'access',
  claims: Claims,
  typ?: string,
): Promise<string> {
  const jwk = pool.keys.signing[use];
  const { key, headers } = signerOf(jwk);
  let header = headers.get(typ);
  if (header === undefined) {
    header = encodedHeader(jwk, typ);
    headers.set(typ, header);
  }
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  // RS256 of RFC 7518 section 3.3, the form of signature that an RSA key has unless told otherwise. Node does in one
  // step what a JWT library asks of WebCrypto in several; every token pays for the difference.
  const signature = await signAside('sha256', Buffer.from(signed), key);
  return `${signed}.${signature.toString('base64url')}`;
}

function signerOf(jwk: SigningJwk): Signer {
  let signer = signers.get(jwk);
  if (!signer) {
    signer = { key: createPrivateKey({ key: { ...jwk }, format: 'jwk' }), headers: new Map() };
    signers.set(jwk, signer);
  }
  return signer;
}

const encodedHeader = ({ kid, alg }: SigningJwk, typ?: string) =>
  Buffer.from(JSON.stringify({ kid, alg, typ })).toString('base64url');
