/** Sends mail through an SMTP server, over a few connections that are kept open. */
import { createTransport } from 'nodemailer';
import { type MailSender, Undeliverable } from './sender.ts';

/** A person waits for the page that says where the code was sent: after this long they are told that it was not. */
const PATIENCE_MS = 10_000;

/** @param url `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://host`, with nodemailer's query options. */
export function openSmtp(url: string, patienceMs: number = PATIENCE_MS): MailSender {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    // Bodies come from templates: they must never make the server read its own files or fetch addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, from, replyTo, subject, text, html }) {
      const refuse = (cause: unknown) =>
        new Undeliverable('The mail server did not accept the message', { cause });
      let late: NodeJS.Timeout | undefined;
      // The transport's own time-outs are for each step; the person waits for all of them together.
      const patience = new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
      });
      try {
        await Promise.race([transport.sendMail({ to, from, replyTo, subject, text, html }), patience]);
      } catch (cause) {
        throw refuse(cause);
      } finally {
        clearTimeout(late);
      }
    },
    close: async () => transport.close(),
  };
}
