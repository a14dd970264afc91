/**
 * Lists are sorted by code point. SQLite and MongoDB do so, comparing bytes of UTF-8, but servers that speak
 * MongoDB's protocol may compare UTF-16 units, where U+1F600 comes before U+FFFD.
 */
const OUT_OF_ORDER = /[\u{FFFF}\u{10000}-\u{10FFFF}]/gu;

/** A text that sorts like `text` by code point under either comparison. Texts below U+FFFF stay as they are. */
export function sortable(text: string): string {
  return text
    .toWellFormed()
    .replace(OUT_OF_ORDER, (character) => (character === '\uFFFF' ? '\uFFFF\u0000' : `\uFFFF${character}`));
}

/** The first text after all those that begin with `prefix`; undefined when none comes after them. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix.toWellFormed(), (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // The surrogates in between are no characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}
