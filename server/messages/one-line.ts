/** A text for a header: a line break in it, from a name say, would begin a header of somebody else's making. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
