import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { openTestPool } from '../accounts/testing/open-pool.ts';
import { refused } from '../accounts/testing/people.ts';
import type { Message } from './catalog.ts';
import { maskedDelivery } from './delivery.ts';
import { sendMessage } from './send.ts';

const message: Message = { name: 'verification-code', data: { username: 'maria', code: '604218' } };
const mia = { attribute: 'email', value: 'mia@example.com' } as const;

async function sent(EmailConfiguration: object) {
  const pool = await openTestPool();
  await pool.close();
  pool.settings.EmailConfiguration = { EmailSendingAccount: 'COGNITO_DEFAULT', ...EmailConfiguration };
  const delivery = await sendMessage(pool, mia, message);
  return { delivery, mail: pool.lastMail() };
}

test('USR-156 USR-19 by default the sender is the process’s, and the answer is masked', async () => {
  const { mail, delivery } = await sent({});
  assert.equal(mail.from, 'Foyer <no-reply@localhost>');
  assert.equal(mail.replyTo, undefined);
  assert.equal(mail.to, 'mia@example.com');
  assert.deepEqual(delivery, { destination: 'm***@e***', medium: 'EMAIL', attribute: 'email' });
});

test('USR-157 From and Reply-To of the pool are on the mail; the address of the ARN without a From', async () => {
  const SourceArn = 'arn:aws:ses:eu-west-1:123456789012:identity/shop@example.com';
  const own = await sent({
    From: 'Shop <hi@example.com>',
    ReplyToEmailAddress: 'help@example.com',
    SourceArn,
  });
  assert.equal(own.mail.from, 'Shop <hi@example.com>');
  assert.equal(own.mail.replyTo, 'help@example.com');
  assert.equal((await sent({ SourceArn })).mail.from, 'shop@example.com');
  const split = await sent({
    From: 'Shop\r\nBcc: e@x.example <hi@example.com>',
    ReplyToEmailAddress: 'a@b.c\nX: y',
  });
  assert.equal(split.mail.from, 'Shop Bcc: e@x.example <hi@example.com>');
  assert.equal(split.mail.replyTo, 'a@b.c X: y');
  const domain = 'arn:aws:ses:eu-west-1:123456789012:identity/example.com';
  assert.equal((await sent({ SourceArn: domain })).mail.from, 'Foyer <no-reply@localhost>');
});

test('USR-234 no SMS is sent, and mail that is refused or too long is a failed delivery', async () => {
  const pool = await openTestPool();
  await pool.close();
  await refused(
    sendMessage(pool, { attribute: 'phone_number', value: '+12065550100' }, message),
    'delivery-failed',
  );
  pool.mail = openNowhere();
  await refused(sendMessage(pool, mia, message), 'delivery-failed');
  pool.mail = pool.outbox;
  pool.settings.VerificationMessageTemplate = {
    ...pool.settings.VerificationMessageTemplate,
    EmailMessage: `${'x'.repeat(20_000)}{####}`,
  };
  await refused(sendMessage(pool, mia, message), 'delivery-failed');
  assert.equal(pool.outbox.sent().length, 0);
});

test('a failed delivery is logged without what it said', async () => {
  const pool = await openTestPool();
  await pool.close();
  const lines: string[] = [];
  pool.log = { warn: (...line: unknown[]) => lines.push(JSON.stringify(line)) } as never;
  pool.mail = openNowhere();
  await refused(sendMessage(pool, mia, message), 'delivery-failed');
  assert.equal(lines.length, 1);
  assert.ok(!lines[0]?.includes('604218') && !lines[0]?.includes('mia@'));
});

test('a fault of the program is not taken for a failed delivery', async () => {
  const pool = await openTestPool();
  await pool.close();
  pool.mail = { send: async () => Promise.reject(new TypeError('oops')), close: async () => undefined };
  await assert.rejects(sendMessage(pool, mia, message), TypeError);
});

test('USR-19 telephone numbers show their last four digits', () => {
  const masked = (value: string) => maskedDelivery('phone_number', value).destination;
  assert.equal(masked('+12065550100'), '+*******0100');
  assert.equal(masked('+123'), '+123');
});
