import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { mailContract } from './contract.ts';
import { Undeliverable } from './sender.ts';
import { openSmtp } from './smtp.ts';

interface Arrived {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
}

async function startServer(options: SMTPServerOptions = {}) {
  const arrived: Arrived[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
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

test('a server that refuses the receiver makes the mail undeliverable', async () => {
  const server = await startServer({
    onRcptTo: (_address, _session, done) => done(new Error('no such person')),
  });
  const sender = openSmtp(server.url);
  await assert.rejects(sender.send(mail), Undeliverable);
  await sender.close();
  await server.close();
});

test('a server that is away makes the mail undeliverable, and mail goes out again when it is back', async () => {
  const first = await startServer();
  await first.close();
  const sender = openSmtp(first.url);
  await assert.rejects(sender.send(mail), Undeliverable);
  const port = Number(new URL(first.url).port);
  const back = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (s, _, done) => s.on('end', done).resume(),
  });
  await new Promise<void>((resolve) => back.listen(port, '127.0.0.1', resolve));
  await sender.send(mail);
  await sender.close();
  await new Promise<void>((resolve) => back.close(() => resolve()));
});

test('a server that never answers does not hold the sender longer than its patience', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sender = openSmtp(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, 50);
  await assert.rejects(sender.send(mail), Undeliverable);
  await sender.close();
  silent.close();
});

test('an address that holds a list reaches nobody but itself', async () => {
  const server = await startServer();
  const sender = openSmtp(server.url);
  await sender.send({ ...mail, to: 'mina@example.com, thief@example.com' }).catch(() => undefined);
  assert.ok(server.arrived.every(({ to }) => !to.split(',').includes('thief@example.com')));
  await sender.close();
  await server.close();
});

test('mail under way is sent before the sender closes', async () => {
  const server = await startServer();
  const sender = openSmtp(server.url);
  const sending = sender.send(mail);
  await sender.close();
  await sending;
  assert.equal(server.arrived.length, 1);
  await server.close();
});

test('a name and password are not sent to a server elsewhere that offers no TLS', async () => {
  let told = false;
  const server = await startServer({
    allowInsecureAuth: true,
    onAuth(_auth, _session, done) {
      told = true;
      done(null, { user: 'u' });
    },
  });
  const { port } = new URL(server.url);
  // 0.0.0.0 reaches this machine, and is no loopback address by name.
  const sender = openSmtp(`smtp://user:pass@0.0.0.0:${port}`);
  await assert.rejects(sender.send(mail), Undeliverable);
  assert.equal(told, false);
  await sender.close();
  await server.close();
});

test('mail to the mailbox simulator is accepted and goes nowhere', async () => {
  const sender = openSmtp('smtp://127.0.0.1:1');
  await sender.send({ ...mail, to: 'success+a1@simulator.amazonses.com' });
  await assert.rejects(sender.send({ ...mail, to: 'x@simulator.amazonses.com.example' }), Undeliverable);
  await sender.close();
});

test('the error never holds the password of the mail server', async () => {
  const sender = openSmtp('smtp://user:hunter2secret@127.0.0.1:1', 50);
  await assert.rejects(sender.send(mail), (error: Error) => {
    assert.ok(!`${error.message} ${(error.cause as Error).stack}`.includes('hunter2secret'));
    return true;
  });
  await sender.close();
});
