/** What every mail sender keeps, run by each implementation's test. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Mail, MailSender } from './sender.ts';

export interface Opened {
  sender: MailSender;
  /** What arrived, oldest first. */
  arrived(): Promise<Pick<Mail, 'to' | 'from' | 'subject' | 'text' | 'html'>[]>;
  close(): Promise<void>;
}

export function mailContract(name: string, open: () => Promise<Opened>): void {
  describe(`mail: ${name}`, () => {
    let opened: Opened;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());

    const mail = (change: Partial<Mail>): Mail => ({
      to: 'mina@example.com',
      from: 'Foyer <no-reply@example.com>',
      subject: 'Your code',
      text: 'Your code is 123456.',
      html: '<p>Your code is <b>123456</b>.</p>',
      ...change,
    });
    const last = async () => (await opened.arrived()).at(-1);

    test('a mail arrives whole', async () => {
      await opened.sender.send(mail({}));
      const arrived = await last();
      assert.equal(arrived?.to, 'mina@example.com');
      assert.match(arrived.from, /no-reply@example\.com/);
      assert.equal(arrived.subject, 'Your code');
      assert.match(arrived.text, /Your code is 123456\./);
      assert.match(arrived.html, /<b>123456<\/b>/);
    });

    test('letters of every script arrive', async () => {
      await opened.sender.send(mail({ subject: 'Ihr Schlüssel 🔑', text: 'コード 123', html: '<p>رمز</p>' }));
      const arrived = await last();
      assert.equal(arrived?.subject, 'Ihr Schlüssel 🔑');
      assert.match(arrived.text, /コード 123/);
      assert.match(arrived.html, /رمز/);
    });

    test('a subject with line breaks adds no header and no receiver', async () => {
      await opened.sender.send(mail({ subject: 'Hello\r\nBcc: thief@example.com\r\n\r\nbody' }));
      const arrived = await last();
      assert.equal(arrived?.to, 'mina@example.com');
      assert.match(arrived.html, /123456/);
    });

    test('mails sent at once all arrive', async () => {
      const before = (await opened.arrived()).length;
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => opened.sender.send(mail({ to: `p${i}@example.com` }))),
      );
      assert.equal((await opened.arrived()).length, before + 20);
    });
  });
}
