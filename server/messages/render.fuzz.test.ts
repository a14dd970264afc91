import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { plainText } from './plain-text.ts';
import { renderMessage } from './render.ts';

const settings = (EmailMessage: string) =>
  ({ VerificationMessageTemplate: { EmailMessage, EmailSubject: '{username}' } }) as PoolSettings;

test('USR-228 whatever the username, it adds no markup, no header, and reads the same in the text', () => {
  fc.assert(
    fc.property(anyText(), (username) => {
      const { html, subject } = renderMessage(settings('<p>{username}|{####}</p>'), {
        name: 'verification-code',
        data: { username, code: '604218' },
      });
      const [, body = ''] = /<p>([\s\S]*)<\/p>/.exec(html) ?? [];
      assert.doesNotMatch(body, /[<>"']/);
      assert.ok(body.endsWith('|604218'));
      assert.equal(
        plainText(body).replace(/\s+/g, ' '),
        `${username}|604218`
          .replace(/\s+/g, ' ')
          .trim()
          .replace(/\u00a0/g, ' '),
      );
      assert.doesNotMatch(subject, /[\r\n]/);
    }),
  );
});

test('any markup becomes text, without delay', () => {
  const pieces = [
    '<',
    '>',
    '</',
    '<a href="',
    "<a href='x'>",
    '</a>',
    '<style>',
    '&',
    '&#',
    ';',
    '"',
    '<br>',
    '\n',
  ];
  fc.assert(
    fc.property(textOf(pieces, 40), (html) => {
      assert.equal(typeof plainText(html), 'string');
    }),
  );
});

test('USR-226 USR-228 each placeholder of the template is filled once, and none that came in with a name', () => {
  const names = textOf([
    '{####}',
    '{username}',
    '{##x##}',
    '$&',
    '$1',
    "$'",
    '<html>',
    '</p>',
    '&lt;',
    '\r\nBcc: x@y.z',
  ]);
  const templates = textOf(['{####}', '{username}', '{##x##}', '{', '}', '#', 'Hello ']).map(
    (text) => `{####}${text}`,
  );
  fc.assert(
    fc.property(names, templates, (username, template) => {
      const { html, subject } = renderMessage(settings(`<p>${template}</p>`), {
        name: 'verification-code',
        data: { username, code: '604218' },
      });
      assert.equal(html.split('604218').length, template.split('{####}').length);
      const shown = plainText(username.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`));
      const filled = template.includes('{username}') && username.trim() === username;
      if (filled) assert.ok(plainText(html).includes(shown));
      assert.equal(subject, username.replace(/[\r\n]+/g, ' ').trim());
    }),
  );
});
