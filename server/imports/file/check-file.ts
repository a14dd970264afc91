import { readHeader } from './columns.ts';
import { type Line, UnreadableFile } from './read-lines.ts';

/** Lines that are not blank, the header not counted. */
export const MOST_USERS = 500_000;

/**
 * Reads a file through to its end: nobody is imported from one that turns out to be unreadable half-way.
 * @throws UnreadableFile
 */
export async function checkFile(lines: AsyncIterable<Line>, expected: readonly string[]): Promise<void> {
  let users = 0;
  let empty = true;
  for await (const line of lines) {
    empty = false;
    if (line.number === 1) readHeader(line.text, expected);
    else if (!isBlank(line) && ++users > MOST_USERS)
      throw new UnreadableFile(`The file has more than ${MOST_USERS} users.`);
  }
  if (empty) throw new UnreadableFile('The file is empty.');
}

/** A blank line is nobody, and counts in the numbers of lines all the same. */
export function isBlank({ text }: Line): boolean {
  return text.trim() === '';
}
