/**
 * The door through which text messages leave. `webhook.ts` hands them to a program of the operator's, which knows the
 * gateway; `outbox.ts` keeps them for tests and for the development mailbox. Another gateway (Twilio, SNS) is another
 * file here that keeps `contract.ts`, and a line in `adapters/open.ts`. Nothing here knows what a code is.
 */
export interface Sms {
  /** One telephone number: `+`, country code and number. */
  to: string;
  /** At most 140 characters. It holds a code: it is never logged. */
  text: string;
  /** Which message it is, such as `verification-code`, for gateways that want texts registered. */
  kind: string;
  /** The id of the pool that sends it. */
  pool: string;
  /** `SmsConfiguration` of the pool as the API shows it, where it has one: a gateway may choose a sender by it. */
  configuration?: Readonly<Record<string, unknown>>;
}

export interface SmsSender {
  /** Resolves when the message was accepted for delivery; throws Undeliverable otherwise, within ten seconds. */
  send(sms: Sms): Promise<void>;
  /** Waits for messages that are under way, not longer than one may take. */
  close(): Promise<void>;
}
