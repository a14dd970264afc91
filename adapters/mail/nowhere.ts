import { type MailSender, Undeliverable } from './sender.ts';

/** Refuses every mail: no mail server is configured. People are told that nothing was sent, rather than left waiting. */
export function openNowhere(): MailSender {
  return {
    async send() {
      throw new Undeliverable('No mail server is configured: set FOYER_SMTP_URL');
    },
    close: async () => undefined,
  };
}
