import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { MESSAGES, type Message, type MessageName } from './catalog.ts';
import { MessageTooLong, renderMessage, renderSms } from './render.ts';

const code = (EmailMessage: string, EmailSubject = 'Your verification code') =>
  ({ VerificationMessageTemplate: { EmailMessage, EmailSubject } }) as PoolSettings;
const verification = (username: string, value = '604218'): Message => ({
  name: 'verification-code',
  data: { username, code: value },
});
const link = (EmailMessageByLink: string) =>
  ({ VerificationMessageTemplate: { EmailMessageByLink, EmailSubjectByLink: 'Your link' } }) as PoolSettings;

const defaults = {
  VerificationMessageTemplate: {
    SmsMessage: 'Your verification code is {####}.',
    EmailMessage: 'Your verification code is {####}.',
    EmailSubject: 'Your verification code',
    EmailMessageByLink: 'Please click the link below. {##Verify Email##}',
    EmailSubjectByLink: 'Your verification link',
  },
  AdminCreateUserConfig: {
    InviteMessageTemplate: {
      SMSMessage: 'Hello {username}: {####}',
      EmailMessage: 'Your username is {username} and temporary password is {####}.',
      EmailSubject: 'Your temporary password',
    },
  },
} as PoolSettings;

test('USR-226 every message of the catalogue renders from its sample, complete, in each of its forms', () => {
  const names = Object.keys(MESSAGES) as MessageName[];
  assert.deepEqual(
    readdirSync(new URL('../../views/emails/', import.meta.url))
      .filter((name) => !name.includes('.'))
      .sort(),
    names.toSorted(),
  );
  for (const name of names) {
    const message = { name, data: MESSAGES[name].sample } as Message;
    const { subject, text, html } = renderMessage(defaults, message);
    for (const form of [subject, text, html]) assert.doesNotMatch(form, /\{(#|username)|undefined/, name);
    assert.ok(subject.length > 0 && !subject.includes('\n'));
    const told = 'code' in message.data ? message.data.code : message.data.link;
    assert.ok(text.includes(told), name);
    assert.ok(html.includes(told.replaceAll('&', '&amp;')), name);
    assert.match(html, /^<!doctype html>/);
    if (MESSAGES[name].sms) assert.ok(renderSms(defaults, message).includes(told), name);
  }
});

test('USR-226 {####} and {username} are replaced wherever they stand, in the subject too', () => {
  const settings = code('<b>{username}</b>: {####}, again {####}', '{username}, your code');
  const { subject, html, text } = renderMessage(settings, verification('maria'));
  assert.equal(subject, 'maria, your code');
  assert.match(html, /<b>maria<\/b>: 604218, again 604218/);
  assert.equal(text, 'maria: 604218, again 604218\n');
});

test('USR-226 a text message has both replaced, escapes nothing, and ends at 140 characters', () => {
  const invitation = (username: string): Message => ({
    name: 'invitation',
    data: { username, code: `<$&{username}>` },
  });
  assert.equal(renderSms(defaults, invitation("o'neil&co")), "Hello o'neil&co: <$&{username}>");
  const frame = renderSms(defaults, invitation('')).length;
  assert.equal([...renderSms(defaults, invitation('😀'.repeat(140 - frame)))].length, 140);
  assert.throws(() => renderSms(defaults, invitation('x'.repeat(141 - frame))), MessageTooLong);
});

test('USR-227 {##text##} becomes a link with that text', () => {
  const message: Message = {
    name: 'verification-link',
    data: { username: 'm', link: 'https://x.example/confirmUser?a=1&b="2"' },
  };
  const { html, text } = renderMessage(link('<p>Hello {username}</p>{##Verify <i>now</i>##}'), message);
  assert.ok(
    html.includes('<a href="https://x.example/confirmUser?a=1&amp;b=&quot;2&quot;">Verify <i>now</i></a>'),
  );
  assert.equal(renderMessage(link('Go: {##here##}'), message).text, `Go: here\n${message.data.link}\n`);
  assert.match(text, /^Hello m\n/);
});

test('USR-228 what is put in is escaped, once, and never read as a placeholder', () => {
  const settings = code('<p>{username}: {####}</p>', '{username}');
  const { subject, html, text } = renderMessage(settings, verification(`<img src=x>&"'{####}`));
  assert.ok(html.includes('<p>&lt;img src=x&gt;&amp;&quot;&#39;{####}: 604218</p>'));
  assert.equal(text, `<img src=x>&"'{####}: 604218\n`);
  assert.equal(subject, `<img src=x>&"'{####}`);
  const special = renderMessage(settings, verification('$&$1$`', '$&'));
  assert.equal(special.text, '$&$1$`: $&\n');
});

test('a line break in a name cannot add a header', () => {
  const { subject } = renderMessage(
    code('{####}', 'Hello {username}'),
    verification('x\r\nBcc: eve@example.com\u2028\u0000y'),
  );
  assert.equal(subject, 'Hello x Bcc: eve@example.com y');
});

test('USR-228 a template that is a whole document keeps its own frame', () => {
  const own = '<!DOCTYPE html><html lang="de"><body style="color:red">{####}</body></html>';
  assert.equal(renderMessage(code(own), verification('m')).html, own.replace('{####}', '604218'));
});

test('a body or subject that becomes too long by what is put in is not sent', () => {
  const fits = (body: string, subject?: string) => renderMessage(code(body, subject), verification('m'));
  fits(`${'x'.repeat(20_000 - 6)}{####}`);
  assert.throws(() => fits(`${'x'.repeat(20_000 - 5)}{####}`), MessageTooLong);
  fits('{####}', `${'x'.repeat(140 - 6)}{####}`);
  assert.throws(() => fits('{####}', `${'x'.repeat(140 - 5)}{####}`), MessageTooLong);
});
