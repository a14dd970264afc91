import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { openTestPool } from '../../accounts/testing/open-pool.ts';
import { Refusal } from '../../errors.ts';
import { allOf } from '../testing/all-of.ts';
import { columnsOf } from './columns.ts';
import { readLines, UnreadableFile } from './read-lines.ts';
import { readUser } from './read-user.ts';
import { splitLine } from './split-line.ts';

const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll(',', '\\,');
const value = fc.oneof(anyText(), textOf([',', '\\', '\\,', '\\\\', '"', ' ', '\t', '\uFEFF']));

test('values that were escaped come back, without the blanks around them', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), (values) => {
      assert.deepEqual(
        splitLine(values.map(escaped).join(',')),
        values.map((value) => value.trim()),
      );
    }),
  );
});

test('any line has one value more than it has commas that are not escaped, and loses nothing but blanks', () => {
  fc.assert(
    fc.property(value, (line) => {
      const values = splitLine(line);
      const plain = line.replaceAll(/\\[\\,]/g, '');
      assert.equal(values.length, plain.split(',').length);
      const letters = (text: string) => text.replaceAll(/[\s\uFEFF\\,]/g, '');
      assert.equal(letters(values.join('')), letters(line));
    }),
  );
});

/** Cuts bytes at these places. */
async function* cut(bytes: Uint8Array, places: number[]) {
  const at = [...places.map((place) => place % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  for (const [index, from] of at.entries()) yield bytes.subarray(from, at[index + 1] ?? bytes.length);
}

const places = fc.array(fc.nat(), { maxLength: 8 });

test('lines are the same however the file is cut into pieces, and wherever reading begins anew', async () => {
  await fc.assert(
    fc.asyncProperty(textOf(['\n', '\r\n', '\r', 'é', '\u{1F600}', 'a,b']), places, async (text, places) => {
      const bytes = Buffer.from(text.toWellFormed());
      const lines = await allOf(readLines(cut(bytes, [])));
      assert.deepEqual(await allOf(readLines(cut(bytes, places))), lines);
      const joined = lines.map(({ text }) => text).join('\n');
      assert.equal(
        joined,
        bytes
          .toString()
          .replace(/\n$/, '')
          .replaceAll(/\r(?=\n|$)/g, ''),
      );
      assert.equal(lines.at(-1)?.end ?? 0, bytes.length);
      for (const { end, number } of lines) {
        const from = { byte: end, line: number + 1 };
        const rest = await allOf(readLines(cut(bytes.subarray(end), places), from));
        assert.deepEqual(rest, lines.slice(number));
      }
    }),
  );
});

test('any bytes are lines of well-formed text, or an unreadable file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), places, async (bytes, places) => {
      try {
        for (const { text } of await allOf(readLines(cut(bytes, places))))
          assert.ok(text.isWellFormed() && !text.includes('\n'));
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
      }
    }),
  );
});

const pool = await openTestPool();
await pool.close();
const settings = { ...pool.settings, AutoVerifiedAttributes: ['email' as const] };
const columns = columnsOf(settings);
const ID = '6b1f0f5e-0000-4000-8000-000000000001';
const cell = fc.oneof(
  anyText(),
  textOf(['true', 'FALSE', '@', '.', '+34', '1970', '/', 'mia', '=', '"', '\0', '\t']),
  fc.constantFrom('', 'true', 'false', 'mia@example.com', '+34600000001', '03/15/1990', 'mia'),
);

test('any row is somebody who fits the pool, or is refused in words that hold nothing of the row', () => {
  let users = 0;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...columns), cell), (given) => {
      // Half of what is tried comes as far as the attributes.
      const row: Record<string, string> = {
        'cognito:username': 'mia',
        'cognito:mfa_enabled': 'false',
        email: 'mia@example.com',
        email_verified: 'true',
        ...given,
      };
      const values = columns.map((name) => (row[name] ?? '').trim());
      try {
        const user = readUser({ settings, columns }, values, ID);
        users++;
        assert.deepEqual([user.id, user.status, user.passwordHash], [ID, 'RESET_REQUIRED', undefined]);
        assert.match(user.username, /^[^\s]{1,128}$/u);
        assert.equal(user.attributes['email_verified'], 'true');
        for (const [name, value] of Object.entries(user.attributes)) {
          assert.ok(columns.includes(name) && value !== '');
          assert.equal(value.toLowerCase(), row[name]?.trim().toLowerCase() || 'false');
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const odd = values.filter((value) => /[^ -~]|.{9}/u.test(value));
        assert.ok(!odd.some((value) => error.message.includes(value)), error.message);
      }
    }),
  );
  assert.ok(users > 0);
});
