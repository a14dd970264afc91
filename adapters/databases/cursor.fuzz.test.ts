import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidCursor } from '../errors.ts';
import { anyText, fc } from '../testing/fuzz.ts';
import { readCursor, writeCursor } from './cursor.ts';

const texts = fc.array(anyText(8), { maxLength: 4 });

/** What a cursor says, or that it is none; anything else that is thrown is a fault of ours. */
function read(list: readonly string[], parts: number, cursor: string): string[] | 'refused' | undefined {
  try {
    return readCursor(list, parts, cursor);
  } catch (error) {
    if (error instanceof InvalidCursor) return 'refused';
    throw error;
  }
}

test('a list goes on where it ended, whatever the texts are', () => {
  fc.assert(
    fc.property(texts, texts, (list, end) => {
      assert.deepEqual(read(list, end.length, writeCursor(list, end)), end);
    }),
  );
});

test('a cursor of another list, or of another length, is none', () => {
  fc.assert(
    fc.property(texts, texts, texts, (list, other, end) => {
      fc.pre(JSON.stringify(list) !== JSON.stringify(other));
      assert.equal(read(other, end.length, writeCursor(list, end)), 'refused');
      assert.equal(read(list, end.length + 1, writeCursor(list, end)), 'refused');
    }),
  );
});

test('whatever a caller sends, it is read or refused', () => {
  const json = fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify([['a'], value])),
  );
  const sent = fc.oneof(
    anyText(),
    json.map((text) => Buffer.from(text).toString('base64url')),
  );
  fc.assert(
    fc.property(sent, (cursor) => {
      const end = read(['a'], 1, cursor);
      assert.ok(end === 'refused' || (Array.isArray(end) && end.length === 1 && typeof end[0] === 'string'));
    }),
  );
});

test('a cursor of lists in lists without end is refused like any other', () => {
  const deep = `[${'['.repeat(200_000)}${']'.repeat(200_000)},["a"]]`;
  assert.equal(read(['a'], 1, Buffer.from(deep).toString('base64url')), 'refused');
});
