/** Keeps text messages instead of sending them: for tests, and for the mailbox page of development. */
import type { Sms, SmsSender } from './sender.ts';

export interface SentSms extends Sms {
  /** When it was sent, milliseconds since the epoch. */
  at: number;
}

export interface SmsOutbox extends SmsSender {
  /** What was sent, the newest first. */
  sent(): SentSms[];
}

/** Older messages are forgotten: nobody reads this far back, and memory must not grow. */
const KEPT = 200;

export function openSmsOutbox(clock: { now(): number }): SmsOutbox {
  const sent: SentSms[] = [];
  return {
    sent: () => [...sent],
    async send(sms) {
      sent.unshift({ ...sms, at: clock.now() });
      sent.length = Math.min(sent.length, KEPT);
    },
    close: async () => undefined,
  };
}
