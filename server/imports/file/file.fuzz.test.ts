import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { allOf } from '../testing/all-of.ts';
import { readLines, UnreadableFile } from './read-lines.ts';
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
