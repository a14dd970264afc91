import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Undeliverable } from './errors.ts';
import { openSenders } from './open.ts';

const clock = { now: () => 0 };
const mail = { to: 'mina@example.com', from: 'a@example.com', subject: 's', text: 't', html: 't' };
const sms = { to: '+12065550100', text: 't', kind: 'invitation', pool: 'a_1' };
/** Nobody listens there. */
const AWAY = '127.0.0.1:1';

test('USR-161 development keeps what is sent, of either kind, where no server is named for it', async () => {
  const opened = await openSenders({ mode: 'development', clock });
  await Promise.all([opened.mail.send(mail), opened.sms.send(sms)]);
  for (const sender of [opened.mail, opened.sms]) {
    assert.ok('sent' in sender && typeof sender.sent === 'function');
    assert.equal(sender.sent().length, 1);
  }
});

test('production without servers refuses what is sent, and keeps nothing', async () => {
  const opened = await openSenders({ mode: 'production', clock });
  await assert.rejects(opened.mail.send(mail), Undeliverable);
  await assert.rejects(opened.sms.send(sms), Undeliverable);
  assert.ok(!('sent' in opened.mail) && !('sent' in opened.sms));
});

test('servers that are named are used, in development too', async (t) => {
  const opened = await openSenders({
    mode: 'development',
    clock,
    smtpUrl: `smtp://${AWAY}`,
    sms: { url: `http://${AWAY}`, secret: 'a-secret-of-a-gateway-0123' },
  });
  t.after(() => Promise.all([opened.mail.close(), opened.sms.close()]));
  await assert.rejects(opened.mail.send(mail), /did not accept/);
  await assert.rejects(opened.sms.send(sms), /did not accept/);
});

test('a sender with a server of its own leaves the others where they were', async (t) => {
  const own = new Map([['shop.example', `smtp://${AWAY}`]]);
  const opened = await openSenders({ mode: 'development', clock, smtpIdentities: own });
  t.after(() => opened.mail.close());
  await opened.mail.send(mail);
  await assert.rejects(opened.mail.send({ ...mail, identity: 'hello@shop.example' }), Undeliverable);
});
