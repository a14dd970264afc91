import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmail, isPhoneNumber, resemblesEmail, resemblesPhoneNumber } from './contact-forms.ts';

test('USR-171 addresses that are e-mail addresses', () => {
  for (const address of [
    'mia@example.com',
    'mia+shop@mail.example.co.uk',
    "o'neill@example.com",
    'a@localhost',
    'ok@xn--bcher-kva.example',
    `${'a'.repeat(64)}@example.com`,
  ])
    assert.ok(isEmail(address), address);
});

test('USR-171 ATK-32 addresses that are not, look-alikes and hidden second ones among them', () => {
  for (const address of [
    '',
    'mia',
    '@example.com',
    'mia@',
    'mia@@example.com',
    'mia@exa mple.com',
    'mia@example..com',
    'mia@-example.com',
    'mia@example.com, eve@example.com',
    'mia@example.com\r\nBcc: eve@example.com',
    'Mia <mia@example.com>',
    '"mia"@example.com',
    'mia\uff20example.com',
    'mia\ufe6bexample.com',
    'm\u0456a@example.com',
    'mia@ex\u00e4mple.com',
    'mia@example\u3002com',
    'mia\u0000@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
  ])
    assert.ok(!isEmail(address), JSON.stringify(address));
});

test('USR-170 a telephone number is + and 1 to 15 digits', () => {
  for (const number of ['+1', '+12065550100', '+123456789012345']) assert.ok(isPhoneNumber(number), number);
  for (const number of [
    '12065550100',
    '+1 206',
    '+1-206',
    '+(1)206',
    '+',
    '+1234567890123456',
    '+12a',
    '+\u0661',
  ])
    assert.ok(!isPhoneNumber(number), number);
});

test('ATK-32 what a person would read as an address resembles one', () => {
  for (const name of ['mia@example.com', 'a@b', 'mia\uff20example.com', 'mia\ufe6bexample.com'])
    assert.ok(resemblesEmail(name), name);
  for (const name of ['mia', '@mia', 'mia@']) assert.ok(!resemblesEmail(name), name);
  assert.ok(resemblesPhoneNumber('+4930'));
  assert.ok(resemblesPhoneNumber('\uff0b\uff14\uff19'));
  assert.ok(!resemblesPhoneNumber('4930'));
});
