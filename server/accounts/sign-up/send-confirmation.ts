import type { Account } from '#adapters/accounts/store.ts';
import type { Contact, PoolSettings } from '#adapters/directory/records.ts';
import { Refusal } from '../../errors.ts';
import type { Delivery } from '../../messages/delivery.ts';
import { type Messaging, sendMessage } from '../../messages/send.ts';
import type { Client, Pool } from '../../pool.ts';
import { issueCode } from '../codes/issue-code.ts';
import { limitSendsTo } from '../codes/limit-sends.ts';
import { shownName } from '../shown-name.ts';

/** What sending a code to a person needs of a pool. */
export type Sending = Messaging & Pick<Pool, 'sessions' | 'vault' | 'clock' | 'hostedUrl'>;

/** Which contact a new account proves; the telephone where both could be (2.2). Undefined: none, so nothing is sent. */
export function contactToConfirm(
  { AutoVerifiedAttributes }: Pick<PoolSettings, 'AutoVerifiedAttributes'>,
  { attributes }: Pick<Account, 'attributes'>,
): Contact | undefined {
  const order: Contact[] = ['phone_number', 'email'];
  return order.find((contact) => AutoVerifiedAttributes.includes(contact) && attributes[contact]);
}

/**
 * Sends an unconfirmed account its code or link and says where to. Undefined when the pool verifies no contact that
 * the account has.
 * @throws Refusal `delivery-failed`, `code-attempts-exceeded`
 */
export async function sendConfirmation(
  pool: Sending,
  client: Pick<Client, 'id'>,
  account: Account,
): Promise<Delivery | undefined> {
  const attribute = contactToConfirm(pool.settings, account);
  const value = attribute && account.attributes[attribute];
  if (!value) return undefined;
  await limitSendsTo(pool, value);
  const to = { attribute, value };
  const username = shownName(pool.settings, account);
  const code = await issueCode(pool, { purpose: 'confirm-sign-up', subject: account.id, ...to });
  // A telephone is sent a code always: links are for e-mail only (USR-45).
  const byLink = pool.settings.VerificationMessageTemplate.DefaultEmailOption === 'CONFIRM_WITH_LINK';
  if (byLink && attribute === 'email')
    return sendMessage(pool, to, {
      name: 'verification-link',
      data: { username, link: confirmationLink(pool, client, account.username, code) },
    });
  return sendMessage(pool, to, { name: 'verification-code', data: { username, code } });
}

/** Made from the pool's configured address, never from the address that a request came to. */
function confirmationLink(pool: Sending, client: Pick<Client, 'id'>, username: string, code: string): string {
  if (!pool.hostedUrl) {
    pool.log.warn('a confirmation link cannot be sent: the pool has no domain');
    throw new Refusal('delivery-failed');
  }
  const query = new URLSearchParams({ client_id: client.id, user_name: username, confirmation_code: code });
  return `${pool.hostedUrl}/confirmUser?${query}`;
}
