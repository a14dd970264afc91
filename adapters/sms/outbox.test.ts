import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smsContract } from './contract.ts';
import { openSmsOutbox } from './outbox.ts';

const open = () => openSmsOutbox({ now: () => 1000 });

smsContract('outbox', async () => {
  const sender = open();
  return { sender, arrived: async () => sender.sent().toReversed(), close: sender.close };
});

test('the newest is first, with its time, and only so many are kept', async () => {
  const outbox = open();
  for (let i = 0; i < 250; i++)
    await outbox.send({ to: '+1', text: String(i), kind: 'invitation', pool: 'a_1' });
  assert.equal(outbox.sent().length, 200);
  const [newest] = outbox.sent();
  assert.equal(newest?.text, '249');
  assert.equal(newest.at, 1000);
});
