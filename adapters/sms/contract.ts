/** What every SMS sender keeps, run by each implementation's test. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Sms, SmsSender } from './sender.ts';

export interface Opened {
  sender: SmsSender;
  /** What arrived, oldest first. */
  arrived(): Promise<Pick<Sms, 'to' | 'text'>[]>;
  close(): Promise<void>;
}

export function smsContract(name: string, open: () => Promise<Opened>): void {
  describe(`SMS: ${name}`, () => {
    let opened: Opened;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());

    const sms = (change: Partial<Sms>): Sms => ({
      to: '+12065550100',
      text: 'Your code is 123456.',
      kind: 'verification-code',
      pool: 'eu-central-1_Test00001',
      ...change,
    });
    const last = async () => (await opened.arrived()).at(-1);

    test('a message arrives whole, at the one number that it is for', async () => {
      await opened.sender.send(sms({}));
      const { to, text } = (await last()) ?? {};
      assert.deepEqual({ to, text }, { to: '+12065550100', text: 'Your code is 123456.' });
    });

    test('letters of every script arrive, and line breaks', async () => {
      const text = 'Ihr Schlüssel 🔑\nコード 123 "رمز" \\';
      await opened.sender.send(sms({ text }));
      assert.equal((await last())?.text, text);
    });

    test('messages sent at once all arrive, and each once', async () => {
      const numbers = Array.from({ length: 20 }, (_, i) => `+4917000000${String(i).padStart(2, '0')}`);
      await Promise.all(numbers.map((to) => opened.sender.send(sms({ to }))));
      const arrived = (await opened.arrived()).map(({ to }) => to).filter((to) => numbers.includes(to));
      assert.deepEqual(arrived.toSorted(), numbers);
    });
  });
}
