import { isUtf8 } from 'node:buffer';

/** The file cannot be read as a list of people. The message, of at most 128 characters, holds nothing of the file. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile';
}

export interface Line {
  text: string;
  /** From 1. */
  number: number;
  /** Where the line after it begins, in bytes from the start of the file. */
  end: number;
}

/** Characters of a line. */
export const LONGEST_LINE = 16_000;
const MOST_BYTES = 4 * LONGEST_LINE;
const NEWLINE = 10;
const RETURN = 13;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The lines of a file that comes in pieces, from a place that is the start of a line. Holds one piece and one line.
 * @throws UnreadableFile for a byte-order mark, bytes that are not UTF-8, and a line that is too long
 */
export async function* readLines(
  pieces: AsyncIterable<Uint8Array>,
  from: { byte: number; line: number } = { byte: 0, line: 1 },
): AsyncGenerator<Line> {
  let { byte: end, line: number } = from;
  let rest: Buffer = Buffer.alloc(0);
  let checked = end > 0;
  for await (const piece of pieces) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : asBuffer(piece);
    if (!checked && (bytes.length >= BYTE_ORDER_MARK.length || bytes.includes(NEWLINE))) {
      checked = true;
      if (bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
        throw new UnreadableFile('The file begins with a byte-order mark. It must be UTF-8 without one.');
    }
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
      end += at + 1 - start;
      yield { text: decode(bytes.subarray(start, at), number), number, end };
      number++;
      start = at + 1;
    }
    rest = bytes.subarray(start);
    // The end of the line may be far away: nobody waits for it in memory.
    if (rest.length > MOST_BYTES + 1) throw tooLong(number);
  }
  if (rest.length > 0) yield { text: decode(rest, number), number, end: end + rest.length };
}

function decode(line: Buffer, number: number): string {
  const bytes = line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  if (bytes.length > MOST_BYTES) throw tooLong(number);
  if (!isUtf8(bytes)) throw new UnreadableFile(`Line ${number} of the file is not valid UTF-8.`);
  const text = bytes.toString('utf8');
  if (text.length > LONGEST_LINE && [...text].length > LONGEST_LINE) throw tooLong(number);
  return text;
}

function tooLong(line: number): UnreadableFile {
  return new UnreadableFile(`Line ${line} of the file is longer than ${LONGEST_LINE} characters.`);
}

function asBuffer(piece: Uint8Array): Buffer {
  return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}
