/**
 * SRP 6a as Cognito's clients speak it: proving a password without sending it. `group.ts` has the numbers,
 * `mod-exp.ts` the one expensive step, `verifier.ts` what is stored instead of a password, `exchange.ts` one proof.
 * It knows nothing of accounts, sessions or who may try how often: see `accounts/password-proof.ts` and
 * `accounts/sign-in/`. Never log anything from here: with a verifier somebody can guess passwords at leisure.
 */
import { createHash, getDiffieHellman } from 'node:crypto';

/** The prime of group 15 of RFC 3526, 3072 bits. Its generator is 2, here as there (SEC-52). */
export const N = toInteger(getDiffieHellman('modp15').getPrime());
export const G = 2n;
/** The multiplier `k` of SRP 6a: it keeps somebody who acts as the server from testing two passwords at once. */
export const K = sha256Integer(pad(N), pad(G));

/**
 * The bytes of a number as two's complement: as few as there can be, the highest bit free. The clients hash this
 * form, not one as long as N.
 */
export function pad(number: bigint): Buffer {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}

export function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sha256Integer(...parts: (Uint8Array | string)[]): bigint {
  return toInteger(sha256(...parts));
}
