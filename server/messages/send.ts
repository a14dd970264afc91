import { Undeliverable } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import type { Message } from './catalog.ts';
import { type Delivery, maskedDelivery } from './delivery.ts';
import { limitDaily } from './limit-daily.ts';
import { oneLine } from './one-line.ts';
import { MessageTooLong, renderMessage, renderSms } from './render.ts';

/** To which contact of the account a message goes; the medium follows from the attribute. */
export interface Recipient {
  attribute: Delivery['attribute'];
  value: string;
}

/** What sending needs of a pool. */
export type Messaging = Pick<
  Pool,
  'id' | 'settings' | 'mail' | 'mailFrom' | 'sms' | 'dailyLimits' | 'sessions' | 'clock' | 'log'
>;

/**
 * Sends a message, by e-mail or as a text message, and says where it went. When it cannot be sent the caller's account
 * stays as it is (USR-234).
 * @throws Refusal `delivery-failed`; the cause is in the log, without the message. `mail-limit`, `sms-limit`
 */
export async function sendMessage(pool: Messaging, to: Recipient, message: Message): Promise<Delivery> {
  const delivery = maskedDelivery(to.attribute, to.value);
  await limitDaily(pool, delivery.medium);
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
  const { EmailSendingAccount, From, ReplyToEmailAddress, SourceArn, ConfigurationSet } =
    settings.EmailConfiguration;
  const identity = SourceArn?.split(':identity/')[1];
  // A whole domain as identity names no address.
  const address = identity?.includes('@') ? identity : undefined;
  await mail.send({
    ...renderMessage(settings, message),
    to,
    from: oneLine(From ?? address ?? mailFrom),
    ...(EmailSendingAccount === 'DEVELOPER' && identity && { identity }),
    ...(EmailSendingAccount === 'DEVELOPER' &&
      ConfigurationSet && { configurationSet: oneLine(ConfigurationSet) }),
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
