import type { Account } from '#adapters/accounts/store.ts';
import { invalidParameter } from '../../errors.ts';
import { sendMessage } from '../../messages/send.ts';
import type { Attributes } from '../attributes/check-attributes.ts';
import { shownName } from '../shown-name.ts';
import type { Sending } from '../sign-up/send-confirmation.ts';

export type Medium = 'EMAIL' | 'SMS';
export type Inviting = Sending;

/**
 * Refuses mediums that were asked for by name and have no contact: nobody would be told (USR-72).
 * @throws Refusal `invalid-parameter`
 */
export function refuseWithoutContact(mediums: readonly Medium[] | undefined, attributes: Attributes): void {
  for (const medium of mediums ?? []) {
    if (medium === 'EMAIL' && !attributes['email'])
      throw invalidParameter('No email provided but desired delivery medium was Email');
    if (medium === 'SMS' && !attributes['phone_number'])
      throw invalidParameter('No phone number provided but desired delivery medium was SMS');
  }
}

/**
 * Sends username and temporary password over each medium for which the account has a contact. One that fails does not
 * keep the others from being sent.
 * @throws Refusal `delivery-failed` when one failed
 */
export async function sendInvitation(
  pool: Inviting,
  account: Account,
  code: string,
  mediums: readonly Medium[],
): Promise<void> {
  const username = shownName(pool.settings, account);
  const sent = await Promise.allSettled(
    [...new Set(mediums)].map(async (medium) => {
      const attribute = medium === 'EMAIL' ? 'email' : 'phone_number';
      const value = account.attributes[attribute];
      if (value)
        await sendMessage(pool, { attribute, value }, { name: 'invitation', data: { username, code } });
    }),
  );
  const failed = sent.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
