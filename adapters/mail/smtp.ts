/** Sends mail through an SMTP server, over a few connections that are kept open. */
import { createTransport } from 'nodemailer';
import { Undeliverable } from '../errors.ts';
import type { MailSender } from './sender.ts';

/** A person waits for the page that says where the code was sent: after this long they are told that it was not. */
const PATIENCE_MS = 10_000;

/** The addresses of the service's mailbox simulator: accepted and thrown away, so that tests can make many people. */
const SIMULATOR = /^success(\+[^@]*)?@simulator\.amazonses\.com$/i;

/** @param url `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://host`, with nodemailer's query options. */
export function openSmtp(url: string, patienceMs: number = PATIENCE_MS): MailSender {
  const transport = createTransport({
    url,
    pool: true,
    // A name and password are never sent in the clear, should somebody on the way take STARTTLS out.
    requireTLS: sendsCredentialsAbroad(url),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    // Bodies come from templates: they must never make the server read its own files or fetch addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const underWay = new Set<Promise<unknown>>();

  return {
    async send({ to, identity: _, configurationSet, ...mail }) {
      if (SIMULATOR.test(to)) return;
      // An object is one address whatever it holds; text would be read as a list.
      const sending = transport.sendMail({
        ...mail,
        to: { name: '', address: to },
        ...(configurationSet && { headers: { 'X-SES-CONFIGURATION-SET': configurationSet } }),
      });
      underWay.add(sending);
      const done = () => underWay.delete(sending);
      sending.then(done, done);
      try {
        // The transport's own time-outs are for each step; the person waits for all of them together.
        await within(patienceMs, sending);
      } catch (cause) {
        throw new Undeliverable('The mail server did not accept the message', { cause });
      }
    },

    // Somebody may have been told already that their mail is on its way.
    async close() {
      await within(patienceMs, Promise.allSettled(underWay)).catch(() => undefined);
      transport.close();
    },
  };
}

async function within<T>(patienceMs: number, work: Promise<T>): Promise<T> {
  const { promise: patience, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(late);
  }
}

function sendsCredentialsAbroad(url: string): boolean {
  const { protocol, username, hostname } = new URL(url);
  return (
    protocol === 'smtp:' && username !== '' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  );
}
