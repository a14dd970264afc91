import type { PoolSettings } from '#adapters/directory/records.ts';
import { Undeliverable } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import type { Message } from './catalog.ts';
import { type Delivery, maskedDelivery } from './delivery.ts';
import { oneLine } from './one-line.ts';
import { MessageTooLong, renderMessage, renderSms } from './render.ts';

/** To which contact of the account a message goes; the medium follows from the attribute. */
export interface Recipient {
  attribute: Delivery['attribute'];
  value: string;
}

/** What sending needs of a pool. */
export type Messaging = Pick<Pool, 'id' | 'settings' | 'mail' | 'mailFrom' | 'sms' | 'log'>;

/**
 * Sends a message, by e-mail or as a text message, and says where it went. When it cannot be sent the caller's account
 * stays as it is (USR-234).
 * @throws Refusal `delivery-failed`; the cause is in the log, without the message
 */
export async function sendMessage(pool: Messaging, to: Recipient, message: Message): Promise<Delivery> {
  const delivery = maskedDelivery(to.attribute, to.value);
  try {
    await (delivery.medium === 'SMS' ? sendSms : sendMail)(pool, to.value, message);
    return delivery;
  } catch (error) {
    if (!(error instanceof Undeliverable || error instanceof MessageTooLong)) throw error;
    pool.log.warn({ err: error, message: message.name, medium: delivery.medium }, 'message not delivered');
    throw new Refusal('delivery-failed', {}, { cause: error });
  }
}

async function sendMail(
  { settings, mail, mailFrom }: Messaging,
  to: string,
  message: Message,
): Promise<void> {
  const { From, ReplyToEmailAddress, SourceArn } = settings.EmailConfiguration;
  await mail.send({
    ...renderMessage(settings, message),
    to,
    from: oneLine(From ?? addressOf(SourceArn) ?? mailFrom),
    ...(ReplyToEmailAddress && { replyTo: oneLine(ReplyToEmailAddress) }),
  });
}

async function sendSms({ id, settings, sms }: Messaging, to: string, message: Message): Promise<void> {
  await sms.send({
    to,
    text: renderSms(settings, message),
    kind: message.name,
    pool: id,
    ...(settings.SmsConfiguration && { configuration: settings.SmsConfiguration }),
  });
}

/** The address in `arn:...:identity/<address>`; a whole domain as identity names no address. */
function addressOf(sourceArn: PoolSettings['EmailConfiguration']['SourceArn']): string | undefined {
  const identity = sourceArn?.split(':identity/')[1];
  return identity?.includes('@') ? identity : undefined;
}
