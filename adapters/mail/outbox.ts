/** Keeps mail instead of sending it: for tests, and for the mailbox page of development. */
import type { Mail, MailSender } from './sender.ts';

export interface SentMail extends Mail {
  /** When it was sent, milliseconds since the epoch. */
  at: number;
}

export interface Outbox extends MailSender {
  /** What was sent, the newest first. */
  sent(): SentMail[];
}

/** Older mail is forgotten: nobody reads this far back, and memory must not grow. */
const KEPT = 200;

/** @param onward is sent every mail too; what it cannot deliver is kept all the same, and the caller told. */
export function openOutbox(clock: { now(): number }, onward?: MailSender): Outbox {
  const sent: SentMail[] = [];
  return {
    sent: () => [...sent],
    async send(mail) {
      sent.unshift({ ...mail, at: clock.now() });
      sent.length = Math.min(sent.length, KEPT);
      await onward?.send(mail);
    },
    close: async () => onward?.close(),
  };
}
