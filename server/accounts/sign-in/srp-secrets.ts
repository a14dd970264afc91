import { createHmac, hkdfSync } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { isEmail, isPhoneNumber } from '../attributes/contact-forms.ts';
import { subjectOf } from '../codes/code.ts';
import { foldName } from '../fold-name.ts';
import { storedVerifier } from '../password-proof.ts';
import { N, toInteger } from '../srp/group.ts';
import type { SrpVerifier } from '../srp/verifier.ts';

type Secrets = Pick<Pool, 'id' | 'vault' | 'settings'>;

/** The server's secret number of one exchange: made anew from the session's id, so that it is stored nowhere. */
export function serverPrivateOf({ id, vault }: Pick<Pool, 'id' | 'vault'>, session: string): bigint {
  return toInteger(createHmac('sha256', vault.key('srp-exchange')).update(`${id}/${session}`).digest());
}

/**
 * The verifier of an account, or one in its place that fits no password: for a name without an account, and for an
 * account whose password came as a hash. Always the same for a name, as a real one is.
 */
export function verifierOf(pool: Secrets, account: Account | undefined, typed: string): SrpVerifier {
  const stored = account && storedVerifier(pool, account);
  if (stored) return stored;
  const bytes = bytesOf(pool, 'verifier', subjectOf(pool, account, typed), 16 + 384);
  return { salt: toInteger(bytes.subarray(0, 16)), verifier: toInteger(bytes.subarray(16)) % N };
}

/** The name that the client computes with: the account's real one (SEC-57), or what stands for it. */
export function userOf(pool: Secrets, account: Account | undefined, typed: string): string {
  return account?.username ?? userInstead(pool, typed);
}

/**
 * What somebody without an account is called: a UUID where whoever typed this would have one, or another name than they
 * typed, for a username; otherwise the name itself, since that is what an account of that name would be called. Where
 * capitals make no difference some of them begin with one, as the names of people do: an answer that is not what was
 * typed would otherwise be an account's.
 */
function userInstead(pool: Secrets, typed: string): string {
  const aliases: readonly string[] = pool.settings.AliasAttributes;
  const stands =
    pool.settings.UsernameAttributes.length > 0 ||
    (aliases.includes('email') && isEmail(typed)) ||
    (aliases.includes('phone_number') && isPhoneNumber(typed));
  if (!stands) {
    const name = foldName(pool.settings, 'username', typed);
    if (pool.settings.UsernameConfiguration.CaseSensitive) return name;
    const capital = bytesOf(pool, 'capital', subjectOf(pool, undefined, typed), 1).readUInt8() % 2 === 1;
    return capital ? name.charAt(0).toUpperCase() + name.slice(1) : name;
  }
  const bytes = bytesOf(pool, 'user', subjectOf(pool, undefined, typed), 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function bytesOf({ id, vault }: Secrets, what: string, subject: string, length: number): Buffer {
  return Buffer.from(
    hkdfSync('sha256', vault.derive('srp-stand-in'), '', `${id}/${what}/${subject}`, length),
  );
}
