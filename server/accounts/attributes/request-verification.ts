import type { Account } from '#adapters/accounts/store.ts';
import type { Contact } from '#adapters/directory/records.ts';
import { invalidParameter } from '../../errors.ts';
import type { Delivery } from '../../messages/delivery.ts';
import type { Pool } from '../../pool.ts';
import { limitSends, limitSendsTo } from '../codes/limit-sends.ts';
import { takeTurn } from '../limits/take-turn.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';
import { sendVerification, verifying, waitingValue } from './send-verification.ts';

/**
 * Somebody who is signed in asks for a code for one of their contacts, verified already or not (USR-50). One that waits
 * to take the old one's place gets it.
 * @throws Refusal `invalid-parameter` (not a contact, or without a value), `too-many-requests`,
 * `code-attempts-exceeded`, `delivery-failed`
 */
export async function requestVerification(
  pool: Sending & Pick<Pool, 'limits'>,
  account: Account,
  { name, address }: { name: string; address?: string },
): Promise<Delivery> {
  const attribute = contactNamed(name);
  const current = account.attributes[attribute] ?? '';
  const waiting = await waitingValue(pool, account, attribute);
  const value = waiting ?? current;
  if (!value) throw invalidParameter(`User has no ${attribute} to verify.`);
  await takeTurn(pool, 'messages', address);
  await limitSends(pool, verifying(attribute), account.id);
  await limitSendsTo(pool, value);
  return sendVerification(pool, account, {
    attribute,
    value,
    replaces: waiting === undefined ? undefined : current,
  });
}

/** @throws Refusal `invalid-parameter` for an attribute that no message goes to */
export function contactNamed(name: string): Contact {
  if (name === 'email' || name === 'phone_number') return name;
  throw invalidParameter('Only email and phone_number can be verified.');
}
