/** A query string, kept as it was sent: what must go back byte for byte is never decoded and encoded again. */
import { unescape as decodePercent } from 'node:querystring';

export interface RawQuery {
  /** As sent, without `interaction`, which is a parameter of ours. */
  text: string;
  /** A parameter's value, decoded; one without a value counts as omitted (RFC 6749 section 3.1). */
  get(name: string): string | undefined;
  /** A parameter as it stood in the address, `=` included; undefined when absent or given twice. */
  raw(name: string): string | undefined;
  /** The first of the names that is given more than once. */
  repeated(names: readonly string[]): string | undefined;
}

export function readQuery(querystring: string): RawQuery {
  const pairs = querystring
    .split('&')
    .filter(Boolean)
    .map((text) => {
      const [name = ''] = text.split('=', 1);
      return { text, name: decode(name), rest: text.slice(name.length) };
    })
    .filter(({ name }) => name !== 'interaction');
  const byName = Map.groupBy(pairs, ({ name }) => name);
  const named = (name: string) => byName.get(name) ?? [];
  return {
    text: pairs.map(({ text }) => text).join('&'),
    get: (name) => decode(named(name)[0]?.rest.slice(1) ?? '') || undefined,
    raw(name) {
      const [only, ...more] = named(name);
      return only && more.length === 0 ? harmless(only.rest || '=') : undefined;
    },
    repeated: (names) => names.find((name) => named(name).length > 1),
  };
}

/** Never throws: what is no valid encoding stays as it is. */
function decode(text: string): string {
  return /[+%]/.test(text) ? decodePercent(text.replaceAll('+', ' ')) : text;
}

/** Bytes that have no place in an address are encoded; decoded, it is what it was (ATK-08). */
function harmless(raw: string): string {
  return raw.replace(/[^\w.~:/?[\]@!$'()*+,;=%-]/g, (byte) =>
    byte.charCodeAt(0) < 256
      ? `%${byte.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`
      : encodeURIComponent(byte),
  );
}
