import { Undeliverable } from '../errors.ts';
import type { MailSender } from './sender.ts';

/** Refuses every mail: no mail server is configured. People are told that nothing was sent, rather than left waiting. */
export function openNowhere(): MailSender {
  return {
    async send() {
      throw new Undeliverable('FOYER_SMTP_URL names no mail server');
    },
    close: async () => undefined,
  };
}
