import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Undeliverable } from '../errors.ts';
import { mailContract } from './contract.ts';
import type { MailSender } from './sender.ts';
import { openSmtp } from './smtp.ts';

interface Arrived {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  /** By lower-case name. */
  headers: Map<string, string>;
}

async function startServer(options: SMTPServerOptions = {}) {
  const arrived: Arrived[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // Its pooled connections stay open until the sender is closed, which may come after.
    closeTimeout: 1,
    onData(stream, session, done) {
      stream
        .toArray()
        .then((chunks: Buffer[]) => PostalMime.parse(Buffer.concat(chunks)))
        .then((mail) => {
          arrived.push({
            to: session.envelope.rcptTo.map((receiver) => receiver.address).join(),
            from: mail.from?.address ?? '',
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            html: mail.html ?? '',
            headers: new Map(mail.headers.map(({ key, value }) => [key, value])),
          });
          done();
        }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    arrived,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const mail = { to: 'mina@example.com', from: 'a@example.com', subject: 's', text: 't', html: '<p>t</p>' };

mailContract('SMTP', async () => {
  const server = await startServer();
  const sender = openSmtp(server.url);
  return {
    sender,
    arrived: async () => server.arrived,
    async close() {
      await sender.close();
      await server.close();
    },
  };
});

/** A test that fails must not leave a connection open, or the run would never end. */
function opened(t: TestContext, url: string, patienceMs?: number): MailSender {
  const sender = openSmtp(url, patienceMs);
  t.after(() => sender.close());
  return sender;
}

async function started(t: TestContext, options?: SMTPServerOptions) {
  const server = await startServer(options);
  t.after(() => server.close());
  return server;
}

test('a server that refuses the receiver makes the mail undeliverable', async (t) => {
  const server = await started(t, {
    onRcptTo: (_address, _session, done) => done(new Error('no such person')),
  });
  await assert.rejects(opened(t, server.url).send(mail), Undeliverable);
});

test('a server that is away makes the mail undeliverable, and mail goes out again when it is back', async (t) => {
  const first = await startServer();
  await first.close();
  const sender = opened(t, first.url);
  await assert.rejects(sender.send(mail), Undeliverable);
  const back = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (s, _, done) => s.on('end', done).resume(),
  });
  const port = Number(new URL(first.url).port);
  await new Promise<void>((resolve) => back.listen(port, '127.0.0.1', resolve));
  t.after(() => new Promise<void>((resolve) => back.close(() => resolve())));
  await sender.send(mail);
});

test('a server that never answers does not hold the sender longer than its patience', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const sender = opened(t, `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, 50);
  await assert.rejects(sender.send(mail), Undeliverable);
});

test('a configuration set travels as the header that Amazon SES reads, on one line; without one there is none', async (t) => {
  const server = await started(t);
  const sender = opened(t, server.url);
  await sender.send({
    ...mail,
    configurationSet: 'bounces\r\nBcc: thief@example.com',
    identity: 'example.com',
  });
  await sender.send(mail);
  const [named, plain] = server.arrived;
  assert.match(named?.headers.get('x-ses-configuration-set') ?? '', /^bounces/);
  assert.equal(named?.to, mail.to);
  assert.equal(named.headers.get('bcc'), undefined);
  assert.equal(plain?.headers.has('x-ses-configuration-set'), false);
});

test('an address that holds a list reaches nobody but itself', async (t) => {
  const server = await started(t);
  const sender = opened(t, server.url);
  await sender.send({ ...mail, to: 'mina@example.com, thief@example.com' }).catch(() => undefined);
  assert.ok(server.arrived.every(({ to }) => !to.split(',').includes('thief@example.com')));
});

test('mail under way is sent before the sender closes', async (t) => {
  const server = await started(t);
  const sender = openSmtp(server.url);
  const sending = sender.send(mail);
  await sender.close();
  await sending;
  assert.equal(server.arrived.length, 1);
});

test('a name and password are not sent to a server elsewhere that offers no TLS', async (t) => {
  let told = false;
  const server = await started(t, {
    allowInsecureAuth: true,
    onAuth(_auth, _session, done) {
      told = true;
      done(null, { user: 'u' });
    },
  });
  const { port } = new URL(server.url);
  await opened(t, `smtp://user:pass@127.0.0.1:${port}`).send(mail);
  assert.equal(told, true);
  told = false;
  // 0.0.0.0 reaches this machine, and is no loopback address by name.
  await assert.rejects(opened(t, `smtp://user:pass@0.0.0.0:${port}`).send(mail), Undeliverable);
  assert.equal(told, false);
});

test('mail to the mailbox simulator is accepted and goes nowhere', async (t) => {
  const sender = opened(t, 'smtp://127.0.0.1:1');
  await sender.send({ ...mail, to: 'success+a1@simulator.amazonses.com' });
  await assert.rejects(sender.send({ ...mail, to: 'x@simulator.amazonses.com.example' }), Undeliverable);
});

test('the error never holds the password of the mail server', async (t) => {
  const sender = opened(t, 'smtp://user:hunter2secret@127.0.0.1:1', 50);
  await assert.rejects(sender.send(mail), (error: Error) => {
    assert.ok(!`${error.message} ${(error.cause as Error).stack}`.includes('hunter2secret'));
    return true;
  });
});
