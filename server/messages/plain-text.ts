/** Tags that end a line, as a mail program shows them. */
const BREAKS = /<(?:br|hr)\b[^>]*>|<\/(?:p|div|h[1-6]|li|tr|table|ul|ol|blockquote)\s*>/gi;
const HIDDEN = /<(style|script|head|title)\b[^<>]*>[\s\S]*?<\/\1\s*>/gi;
const LINK = /<a\b[^<>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]*>([^<]*)<\/a\s*>/gi;
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  ndash: '–',
  mdash: '—',
  hellip: '…',
};

/** The text of an HTML body, for mail programs that show no HTML. A link's address follows on a line of its own. */
export function plainText(html: string): string {
  return (
    html
      .replace(HIDDEN, '')
      // Line breaks of the source are spaces to a reader of HTML.
      .replace(/\s+/g, ' ')
      .replace(LINK, (_, double, single, text) => `${text}\n${double ?? single}\n`)
      .replace(BREAKS, '\n')
      .replace(/<[^<>]*>/g, '')
      .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, decode)
      .replace(/[ \t]*\n[ \t]*/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  );
}

function decode(entity: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}
