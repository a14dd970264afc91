import type { Account } from '#adapters/accounts/store.ts';
import type { Contact } from '#adapters/directory/records.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { resetContact } from './reset-contact.ts';

export interface Recipient {
  account: Account;
  to: { attribute: Contact; value: string };
}

/** Who is sent a code for a new password, and where, or why nobody is. */
export function resetRecipient(
  pool: Pick<Pool, 'settings'>,
  account: Account | undefined,
): Recipient | Refusal {
  if (!account) return new Refusal('user-not-found');
  if (!account.enabled) return new Refusal('user-disabled');
  // Such accounts have a temporary password, or their password is kept elsewhere.
  if (account.status === 'FORCE_CHANGE_PASSWORD' || account.status === 'EXTERNAL_PROVIDER')
    return new Refusal('cannot-reset-password');
  const to = resetContact(pool.settings, account);
  return to ? { account, to } : new Refusal('no-verified-contact');
}
