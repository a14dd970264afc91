import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNowhere } from '#adapters/mail/nowhere.ts';
import { openNowhere as openNoSms } from '#adapters/sms/nowhere.ts';
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

const phone = { attribute: 'phone_number', value: '+12065550100' } as const;

test('a message to a telephone goes by SMS, in the words of the pool and with its SMS settings', async () => {
  const pool = await openTestPool();
  await pool.close();
  const plain = await sendMessage(pool, phone, message);
  assert.deepEqual(plain, { destination: '+*******0100', medium: 'SMS', attribute: 'phone_number' });
  assert.deepEqual(pool.lastSms(), {
    to: '+12065550100',
    text: 'Your verification code is 604218.',
    kind: 'verification-code',
    pool: 'eu-central-1_Test00001',
    at: pool.clock.at,
  });
  pool.settings.SmsConfiguration = {
    SnsCallerArn: 'arn:aws:iam::000000000000:role/sms',
    SnsRegion: 'eu-west-1',
  };
  await sendMessage(pool, phone, { name: 'invitation', data: { username: 'maria', code: 'Wk7$mt' } });
  const { text, configuration } = pool.lastSms();
  assert.equal(text, 'Your username is maria and temporary password is Wk7$mt.');
  assert.deepEqual(configuration, pool.settings.SmsConfiguration);
  assert.equal(pool.outbox.sent().length, 0);
});

test('USR-234 without an SMS sender, and when it is refused or too long, a message is a failed delivery', async () => {
  const pool = await openTestPool();
  await pool.close();
  const { sms } = pool;
  pool.sms = openNoSms();
  await refused(sendMessage(pool, phone, message), 'delivery-failed');
  pool.sms = sms;
  const username = 'm'.repeat(128);
  const long: Message = { name: 'invitation', data: { username, code: 'Wk7$mtHq2_xRbD' } };
  await refused(sendMessage(pool, phone, long), 'delivery-failed');
  assert.throws(() => pool.lastSms());
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

test('USR-160 past the limit of a day nothing is sent; the next day it is, and each medium counts for itself', async () => {
  const pool = await openTestPool();
  pool.dailyLimits = { EMAIL: 2, SMS: 1 };
  pool.clock.at = Date.parse('2026-11-05T23:50:00Z');
  for (let sends = 0; sends < 2; sends++) await sendMessage(pool, mia, message);
  const text = /^Exceeded daily email limit for the operation or the account\./;
  await assert.rejects(sendMessage(pool, mia, message), { code: 'LimitExceededException', message: text });
  await sendMessage(pool, phone, message);
  await refused(sendMessage(pool, phone, message), 'sms-limit');
  assert.equal(pool.outbox.sent().length, 2);
  pool.clock.at = Date.parse('2026-11-06T00:00:00Z');
  await sendMessage(pool, mia, message);
  await sendMessage(pool, phone, message);
  await pool.close();
});

test('USR-158 a pool goes through a mail server of its own and back, and only the common one counts by day', async () => {
  const pool = await openTestPool();
  pool.dailyLimits = { EMAIL: 1, SMS: 0 };
  const SourceArn = 'arn:aws:ses:eu-west-1:123456789012:identity/example.com';
  const through = async (EmailSendingAccount: 'COGNITO_DEFAULT' | 'DEVELOPER') => {
    pool.settings.EmailConfiguration = { EmailSendingAccount, SourceArn };
    await sendMessage(pool, mia, message);
    return pool.lastMail().identity;
  };
  assert.equal(await through('DEVELOPER'), 'example.com');
  assert.equal(await through('DEVELOPER'), 'example.com');
  assert.equal(await through('COGNITO_DEFAULT'), undefined);
  const own = { EmailSendingAccount: 'DEVELOPER' as const, SourceArn, ConfigurationSet: 'bounces' };
  pool.settings.EmailConfiguration = own;
  await sendMessage(pool, mia, message);
  assert.equal(pool.lastMail().configurationSet, 'bounces');
  await refused(through('COGNITO_DEFAULT'), 'mail-limit');
  assert.equal(await through('DEVELOPER'), 'example.com');
  await pool.close();
});

test('a failed delivery is logged without what it said', async () => {
  const pool = await openTestPool();
  await pool.close();
  const lines: string[] = [];
  pool.log = { warn: (...line: unknown[]) => lines.push(JSON.stringify(line)) } as never;
  pool.mail = openNowhere();
  pool.sms = openNoSms();
  for (const to of [mia, phone]) await refused(sendMessage(pool, to, message), 'delivery-failed');
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(), /604218|mia@|0100/);
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
