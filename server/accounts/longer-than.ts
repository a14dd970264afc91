/**
 * Whether a text has more characters than that, counted as names and passwords are when they are chosen: a pair of
 * surrogates is one. Quick to say no to a megabyte.
 */
export function longerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  return text.length > 2 * most || [...text].length > most;
}
