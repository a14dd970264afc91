import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Undeliverable } from '../errors.ts';
import { mailContract } from './contract.ts';
import { openNowhere } from './nowhere.ts';
import { openOutbox } from './outbox.ts';

mailContract('outbox', async () => {
  const sender = openOutbox({ now: () => 0 });
  return { sender, arrived: async () => sender.sent().reverse(), close: () => sender.close() };
});

test('USR-161 the outbox shows the newest first, with the time, and forgets the oldest', async () => {
  let now = 0;
  const outbox = openOutbox({ now: () => now });
  for (now = 1; now <= 250; now++)
    await outbox.send({ to: 'a@b.c', from: 'c@d.e', subject: `${now}`, text: '', html: '' });
  const sent = outbox.sent();
  assert.equal(sent.length, 200);
  assert.deepEqual([sent[0]?.subject, sent[0]?.at], ['250', 250]);
});

test('mail that is sent onward is kept, delivered or not', async () => {
  const onward = openOutbox({ now: () => 0 });
  const outbox = openOutbox({ now: () => 0 }, onward);
  const mail = { to: 'a@b.c', from: 'c@d.e', subject: 's', text: '', html: '' };
  await outbox.send(mail);
  assert.equal(onward.sent().length, 1);

  const nowhere = openOutbox({ now: () => 0 }, openNowhere());
  await assert.rejects(nowhere.send(mail), Undeliverable);
  assert.equal(nowhere.sent().length, 1);
});
