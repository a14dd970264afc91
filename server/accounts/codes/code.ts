/**
 * One-time codes: six digits that prove that a message arrived. A code belongs to a purpose and a subject, only the
 * newest counts, and only a keyed hash of it is stored. `issue-code.ts` makes one, `redeem-code.ts` uses it up,
 * `limit-sends.ts` keeps anyone from flooding a mailbox. They never send anything, and never log a code.
 */
import { createHmac } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import type { Contact } from '#adapters/directory/records.ts';
import type { Pool } from '../../pool.ts';
import { foldName } from '../fold-name.ts';

export type Purpose = 'confirm-sign-up' | 'forgot-password' | `verify-${Contact}`;

/** How long a code lives, in milliseconds (2.10). */
export const LIFETIME: Record<Purpose, number> = {
  'confirm-sign-up': 24 * 60 * 60 * 1000,
  'forgot-password': 60 * 60 * 1000,
  'verify-email': 24 * 60 * 60 * 1000,
  'verify-phone_number': 24 * 60 * 60 * 1000,
};

export interface CodeRecord {
  /** Hex. */
  hash: string;
  /** Where the code went. It proves this value and no other, should the account's have changed since. */
  attribute: Contact;
  value: string;
  /**
   * The value is not the account's yet: it takes the place of this one, '' for none, when the code comes back (USR-55).
   * Absent: it is proven where it stands.
   */
  replaces?: string;
  used: boolean;
}

/**
 * Whose codes and tries are counted: an account, or a name that belongs to nobody. The latter exists so that an
 * unknown name runs through the same steps and gets the same answers as a known one.
 */
export function subjectOf(
  pool: Pick<Pool, 'id' | 'vault' | 'settings'>,
  account: Account | undefined,
  typed: string,
): string {
  if (account) return account.id;
  // Hashed: names can be long, and people type passwords into the wrong field.
  const name = foldName(pool.settings, 'username', typed);
  return `nobody:${keyed(pool, 'unknown-name', name)}`;
}

/** Names a contact where its messages are counted; nobody reads there whose it is. */
export function contactId(pool: Pick<Pool, 'id' | 'vault'>, value: string): string {
  return keyed(pool, 'counted-contact', value.toLowerCase());
}

export function codeId(purpose: Purpose, subject: string): string {
  return `${purpose}/${subject}`;
}

/** A code has a million forms, so its hash needs a key that the database does not hold. */
export function hashCode(pool: Pick<Pool, 'id' | 'vault'>, id: string, code: string): string {
  return keyed(pool, 'one-time-code', `${id}/${code}`);
}

function keyed(pool: Pick<Pool, 'id' | 'vault'>, label: string, text: string): string {
  return createHmac('sha256', pool.vault.key(label)).update(`${pool.id}/${text}`).digest('hex');
}
