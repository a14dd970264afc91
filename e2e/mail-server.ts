/** A mail server of a test's own, for what must outlive the process that sent it, or is sent by one of several. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Mail } from './start.ts';

export interface MailServer {
  /** For FOYER_SMTP_URL. */
  url: string;
  /** What arrived, newest first: as a Foyer shows its mailbox. */
  mailbox(): Promise<Mail[]>;
  /** The newest code for an address, undefined when none has arrived. */
  codeFor(email: string): string | undefined;
}

export async function startMailServer(): Promise<MailServer> {
  const arrived: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onData(stream, session, done) {
      stream
        .toArray()
        .then((chunks: Buffer[]) => PostalMime.parse(Buffer.concat(chunks)))
        .then(({ from, subject = '', text = '', html = '' }) => {
          const to = session.envelope.rcptTo.map(({ address }) => address).join();
          arrived.unshift({ to, from: from?.address ?? '', subject, text, html, at: Date.now() });
          done();
        }, done);
    },
  });
  // A Foyer that is killed leaves its connections in the middle of a sentence.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address() as AddressInfo | null;
  assert.ok(address);
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mailbox: async () => [...arrived],
    codeFor: (email) => /\b\d{6}\b/.exec(arrived.find(({ to }) => to === email)?.text ?? '')?.[0],
  };
}
