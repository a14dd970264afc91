import type { PoolSettings } from '#adapters/directory/records.ts';
import { Undeliverable } from '#adapters/mail/sender.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import type { Message } from './catalog.ts';
import { type Delivery, maskedDelivery } from './delivery.ts';
import { oneLine } from './one-line.ts';
import { MessageTooLong, renderMessage } from './render.ts';

/** To which contact of the account a message goes; the medium follows from the attribute. */
export interface Recipient {
  attribute: Delivery['attribute'];
  value: string;
}

/**
 * Sends a message and says where it went. A pool has no way to send SMS yet, so a message to a telephone number is not
 * delivered (USR-234): the caller's account stays as it is, and an administrator can confirm it.
 * @throws Refusal `delivery-failed`; the cause is in the log, without the message
 */
export async function sendMessage(
  pool: Pick<Pool, 'settings' | 'mail' | 'mailFrom' | 'log'>,
  to: Recipient,
  message: Message,
): Promise<Delivery> {
  const delivery = maskedDelivery(to.attribute, to.value);
  try {
    if (delivery.medium === 'SMS') throw new Undeliverable('No SMS sender is configured');
    const { From, ReplyToEmailAddress, SourceArn } = pool.settings.EmailConfiguration;
    await pool.mail.send({
      ...renderMessage(pool.settings, message),
      to: to.value,
      from: oneLine(From ?? addressOf(SourceArn) ?? pool.mailFrom),
      ...(ReplyToEmailAddress && { replyTo: oneLine(ReplyToEmailAddress) }),
    });
    return delivery;
  } catch (error) {
    if (!(error instanceof Undeliverable || error instanceof MessageTooLong)) throw error;
    pool.log.warn({ err: error, message: message.name, medium: delivery.medium }, 'message not delivered');
    throw new Refusal('delivery-failed', {}, { cause: error });
  }
}

/** The address in `arn:...:identity/<address>`; a whole domain as identity names no address. */
function addressOf(sourceArn: PoolSettings['EmailConfiguration']['SourceArn']): string | undefined {
  const identity = sourceArn?.split(':identity/')[1];
  return identity?.includes('@') ? identity : undefined;
}
