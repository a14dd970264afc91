import { InvalidCursor } from '../errors.ts';

/**
 * A cursor says where the last page ended and of which list. It is not secret and not signed: a forged one reads
 * no more than a list with other parameters would, since the store adds the pool itself.
 */
export function writeCursor(list: readonly string[], end: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, end])).toString('base64url');
}

/** Where the last page ended; undefined without a cursor. Throws InvalidCursor. */
export function readCursor(list: readonly string[], parts: number, cursor?: string): string[] | undefined {
  if (cursor === undefined) return undefined;
  const read = parse(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(read)) throw new InvalidCursor();
  const [from, end] = read as unknown[];
  if (!isTexts(from) || !isTexts(end) || end.length !== parts) throw new InvalidCursor();
  if (from.length !== list.length || !list.every((part, index) => part === from[index]))
    throw new InvalidCursor();
  return end;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidCursor();
  }
}
