import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../pool.ts';
import { sha256, toInteger } from './srp/group.ts';
import { makeVerifier, type SrpVerifier } from './srp/verifier.ts';

/** The two forms in which an account keeps a password. Spread both into the account, or the old one would stay. */
export type PasswordProof = Required<Pick<Account, 'passwordHash' | 'srpVerifier'>>;

const PURPOSE = 'srp-verifier';
const SALT_BYTES = 16;
const VERIFIER_BYTES = 384;
const MARK_BYTES = 16;

/**
 * The one way to store a password: its hash, for sign-ins that send the password, and its SRP verifier, for those
 * that do not (SEC-65). A verifier is quick to guess passwords with, as a hash is not: it is sealed, so that a thief
 * of the database has the hash alone to work on (SEC-66).
 * @throws Refusal `busy`
 */
export async function passwordProof(
  pool: Pick<Pool, 'id' | 'passwords' | 'vault'>,
  account: Pick<Account, 'id' | 'username'>,
  password: string,
): Promise<PasswordProof> {
  // First: when too many wait, nothing is computed at all.
  const passwordHash = await pool.passwords.hash(password);
  return { passwordHash, srpVerifier: await sealedVerifier(pool, { ...account, passwordHash }, password) };
}

/** The verifier of a password for an account that has only its hash. */
export async function sealedVerifier(
  pool: Pick<Pool, 'id' | 'vault'>,
  account: Pick<Account, 'id' | 'username'> & { passwordHash: string },
  password: string,
): Promise<string> {
  const { salt, verifier } = await makeVerifier(srpIdentity(pool, account.username), password);
  const parts = [bytes(salt, SALT_BYTES), bytes(verifier, VERIFIER_BYTES), markOf(account.passwordHash)];
  const text = Buffer.concat(parts).toString('base64');
  return pool.vault.seal(PURPOSE, contextOf(pool, account), text);
}

type Proven = Pick<Account, 'id' | 'passwordHash' | 'srpVerifier'>;

/** Undefined when the account has none: its password came as a hash, or it has no password. */
export function storedVerifier(pool: Pick<Pool, 'id' | 'vault'>, account: Proven): SrpVerifier | undefined {
  const parts = openedVerifier(pool, account);
  return (
    parts && {
      salt: toInteger(parts.subarray(0, SALT_BYTES)),
      verifier: toInteger(parts.subarray(SALT_BYTES)),
    }
  );
}

/** Whether `storedVerifier` would give one. Every sign-in with a password asks, and makes no numbers of it. */
export function hasVerifier(pool: Pick<Pool, 'id' | 'vault'>, account: Proven): boolean {
  return openedVerifier(pool, account) !== undefined;
}

/** Salt and verifier, one behind the other. */
function openedVerifier(
  pool: Pick<Pool, 'id' | 'vault'>,
  { id, passwordHash, srpVerifier }: Proven,
): Buffer | undefined {
  if (passwordHash === undefined || srpVerifier === undefined) return undefined;
  const parts = Buffer.from(pool.vault.open(PURPOSE, contextOf(pool, { id }), srpVerifier), 'base64');
  const end = SALT_BYTES + VERIFIER_BYTES;
  // Whoever wrote a hash and nothing else has voided the verifier with it: it proves the password before.
  return parts.subarray(end).equals(markOf(passwordHash)) ? parts.subarray(0, end) : undefined;
}

/** Tells one password of an account from the next, and nothing about either. Undefined without a password. */
export function passwordMark({ passwordHash }: Pick<Account, 'passwordHash'>): string | undefined {
  return passwordHash === undefined ? undefined : markOf(passwordHash).toString('base64url');
}

/** Who an account is in SRP: its real username, whatever alias somebody typed (SEC-57). */
export function srpIdentity({ id }: Pick<Pool, 'id'>, username: string) {
  return { group: id.slice(id.indexOf('_') + 1), user: username };
}

function contextOf({ id }: Pick<Pool, 'id'>, account: Pick<Account, 'id'>): string {
  return `${id}/${account.id}`;
}

/** Ties a verifier to the hash of the same password. */
const markOf = (passwordHash: string) => sha256(passwordHash).subarray(0, MARK_BYTES);

function bytes(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');
}
