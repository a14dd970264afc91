import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMail } from './open.ts';
import { Undeliverable } from './sender.ts';

const mail = { to: 'mina@example.com', from: 'a@example.com', subject: 's', text: 't', html: 't' };

test('USR-161 development keeps mail', async () => {
  const opened = openMail({ mode: 'development' });
  await opened.send(mail);
  assert.ok('sent' in opened);
  assert.equal(opened.sent()[0]?.to, mail.to);
});

test('production without a mail server refuses mail and keeps nothing', async () => {
  const opened = openMail({ mode: 'production' });
  assert.ok(!('sent' in opened));
  await assert.rejects(opened.send(mail), Undeliverable);
});

test('production with a mail server uses it', async () => {
  const opened = openMail({ mode: 'production', smtpUrl: 'smtp://127.0.0.1:1' });
  await assert.rejects(opened.send(mail), /did not accept/);
  await opened.close();
});
