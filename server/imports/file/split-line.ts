/**
 * One line of a file -> its values. Values are not quoted: a comma in one is written `\,` and a backslash `\\`; any
 * other backslash, and every quote, is a character like all others. Blanks around a value are cut off.
 *
 * No CSV library reads this: they all give quotes a meaning, and know escapes between quotes only.
 */
export function splitLine(line: string): string[] {
  const values: string[] = [];
  let value = '';
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === ',') {
      values.push((value + line.slice(from, at)).trim());
      value = '';
      from = at + 1;
    } else if (character === '\\' && (line[at + 1] === ',' || line[at + 1] === '\\')) {
      value += line.slice(from, at);
      from = ++at;
    }
  }
  values.push((value + line.slice(from)).trim());
  return values;
}
