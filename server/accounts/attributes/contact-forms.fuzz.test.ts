import assert from 'node:assert/strict';
import { test } from 'node:test';
import addressparser from 'nodemailer/lib/addressparser';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { isEmail, isPhoneNumber, resemblesEmail, resemblesPhoneNumber } from './contact-forms.ts';

const near = textOf([
  ...[
    'mia',
    'example.com',
    '@',
    '@',
    '.',
    ',',
    ';',
    ':',
    '<',
    '>',
    '(',
    ')',
    '"',
    '\\',
    ' ',
    '\r\n',
    '\0',
    '-',
  ],
  ...['＠', '﹫', '＋', '+', '49', '٤', '１', 'ı', 'а', '\u00ad', '\u200b', 'xn--', '[127.0.0.1]', '='],
]);
const texts = fc.oneof(near, fc.emailAddress(), anyText());

test('USR-171 ATK-32 what is taken for an address is one address to mail programs, the same, and plain', () => {
  fc.assert(
    fc.property(texts.filter(isEmail), (value) => {
      assert.match(value, /^[\x21-\x7e]{3,254}$/);
      assert.deepEqual(
        addressparser(value).map((one: { address?: string }) => one.address),
        [value],
      );
      assert.equal(value.normalize('NFKC'), value);
    }),
  );
});

test('USR-170 ATK-32 what is taken for a telephone number is a plus and plain digits', () => {
  const digits = textOf(['+', '0', '4', '9', '٤', '１', ' ', '\n'], 18);
  fc.assert(
    fc.property(fc.oneof(digits, texts), (value) => {
      const expected =
        value.startsWith('+') && value.length > 1 && value.length < 17 && !/[^0-9]/.test(value.slice(1));
      assert.equal(isPhoneNumber(value), expected);
    }),
  );
});

test('USR-178 ATK-32 whatever is a contact, or turns into one when it is made plain, resembles one', () => {
  fc.assert(
    fc.property(texts, (value) => {
      for (const form of ['NFC', 'NFKC'] as const) {
        const plain = value.normalize(form);
        if (isEmail(plain)) assert.ok(resemblesEmail(value));
        if (isPhoneNumber(plain)) assert.ok(resemblesPhoneNumber(value));
      }
    }),
  );
});
