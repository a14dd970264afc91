import { randomBytes } from 'node:crypto';
import { G, pad, sha256, sha256Integer, toInteger } from './group.ts';
import { modExp } from './mod-exp.ts';

/** Whose password it is. The group is the part of a pool id behind the underscore. */
export interface SrpIdentity {
  group: string;
  /** What clients are told to use as their name. */
  user: string;
}

/** What the server keeps: enough to check a proof, not enough to make one. */
export interface SrpVerifier {
  salt: bigint;
  verifier: bigint;
}

const SALT_BYTES = 16;

/** The verifier of a password, under a new salt unless one is given. */
export async function makeVerifier(
  identity: SrpIdentity,
  password: string,
  salt: bigint = toInteger(randomBytes(SALT_BYTES)),
): Promise<SrpVerifier> {
  return { salt, verifier: await modExp(G, privateKeyOf(identity, password, salt)) };
}

/**
 * `x`. The salt is hashed as a number: clients are sent it as one, so zero bytes at its start are lost on the way
 * (SEC-54).
 */
export function privateKeyOf({ group, user }: SrpIdentity, password: string, salt: bigint): bigint {
  return sha256Integer(pad(salt), sha256(`${group}${user}:${password}`));
}
