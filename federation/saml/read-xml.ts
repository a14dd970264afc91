/**
 * Reads XML that may be hostile: the part of it that SAML is written in, and nothing that could make two readers see
 * two documents. There is no document type, so no entity and nothing outside; no processing instruction and no CDATA
 * section; sizes and depths end early. What passes is plain enough that the library, which reads it again with a
 * parser of its own, sees the same elements.
 *
 * This folder is SAML 2.0 and the home of @node-saml/node-saml, which checks signatures and gives back the XML that
 * was signed: whatever is said of a person is taken from that. `kind.ts` is the type that administrators create,
 * `open-provider.ts` what signs in and out. Nothing here believes a message before `verify-signature.ts` has.
 */

export interface Element {
  /** The local name. */
  name: string;
  namespace: string;
  /** By name as it is written; SAML's own have no prefix. */
  attributes: Map<string, string>;
  children: Element[];
  /** All text directly inside, in one piece. */
  text: string;
  parent?: Element;
}

export interface Limits {
  /** Characters. */
  size: number;
  depth: number;
  elements: number;
  /** Metadata is commented by people; a message has no reason to, and a comment is a way to cut a text in two. */
  comments: 'refused' | 'skipped';
}

/** Not well-formed, or more than is read. The message is a sentence without what the document says. */
export class UnreadableXml extends Error {
  override name = 'UnreadableXml';
}

const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const NAME = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`;
const START = new RegExp(`<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, 'y');
const END = new RegExp(`</(${NAME})\\s*>`, 'y');
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');
const DECLARATION =
  /^<\?xml\s+version\s*=\s*["']1\.0["'](?:\s+encoding\s*=\s*["']([\w.-]+)["'])?(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>/;
/** What XML 1.0 forbids, halves of surrogate pairs, and what a decoder puts where bytes were no UTF-8. */
const FORBIDDEN = /[^\t\n\u0020-\ud7ff\ue000-\ufffc\u{10000}-\u{10ffff}]/u;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

type Scope = ReadonlyMap<string, string>;
/** An element that is not closed yet, with its name as written and the prefixes that are known in it. */
interface Open {
  element: Element;
  written: string;
  scope: Scope;
}

/** The root element. Throws UnreadableXml. One pass without a way back: the length bounds the work. */
export function readXml(source: string, limits: Limits): Element {
  if (source.length > limits.size) throw new UnreadableXml(`it is longer than ${limits.size} characters`);
  const text = source.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  if (FORBIDDEN.test(text)) throw new UnreadableXml('it has characters that XML does not know');
  const [declaration = '', encoding = 'utf-8'] = DECLARATION.exec(text) ?? [];
  if (!/^(utf-8|us-ascii)$/i.test(encoding)) throw new UnreadableXml('it is not in UTF-8');

  const open: Open[] = [];
  let root: Element | undefined;
  let elements = 0;
  for (let at = declaration.length; at < text.length; ) {
    const inside = open.at(-1);
    if (text.startsWith('<!--', at)) {
      at = endOfComment(text, at, limits);
    } else if (text[at] !== '<') {
      const end = text.indexOf('<', at);
      const piece = text.slice(at, end < 0 ? text.length : end);
      if (inside) inside.element.text += plain(piece);
      else if (piece.trim()) throw new UnreadableXml('it has text outside of its root element');
      at += piece.length;
    } else if (text[at + 1] === '/') {
      const [tag, written] = match(END, text, at);
      if (open.pop()?.written !== written) throw new UnreadableXml('its elements are not nested');
      at += tag.length;
    } else {
      const [tag, written = '', attributes = '', closed] = match(START, text, at);
      if (!inside && root) throw new UnreadableXml('it has two root elements');
      elements += 1;
      if (elements > limits.elements || open.length >= limits.depth)
        throw new UnreadableXml('it has too many elements, or too deep ones');
      const opened = openElement(written, attributes, inside);
      root ??= opened.element;
      if (!closed) open.push(opened);
      at += tag.length;
    }
  }
  if (!root || open.length) throw new UnreadableXml('it ends early');
  return root;
}

/** What is no plain start, end or text is no part of SAML: `<!DOCTYPE`, `<![CDATA[`, `<?php`, `<a b=c>`. */
function match(pattern: RegExp, text: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found) return found;
  const what = /^<!DOCTYPE/i.test(text.slice(at, at + 9)) ? 'it has a document type' : 'it is not plain XML';
  throw new UnreadableXml(what);
}

function endOfComment(text: string, at: number, limits: Limits): number {
  if (limits.comments === 'refused') throw new UnreadableXml('it has a comment');
  const end = text.indexOf('--', at + 4);
  if (end < 0 || text[end + 2] !== '>') throw new UnreadableXml('it is not plain XML');
  return end + 3;
}

/** Text with its entities resolved; there are five, and numbers. */
function plain(piece: string): string {
  if (piece.includes(']]>')) throw new UnreadableXml('it is not plain XML');
  return piece.replaceAll(/&([^;&]{0,9});?/g, (written, name: string) => {
    const character = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : numbered(name);
    if (!written.endsWith(';') || character === undefined)
      throw new UnreadableXml('it has an unknown entity');
    return character;
  });
}

function numbered(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  if (!(code >= 0 && code <= 0x10ffff)) return undefined;
  const character = String.fromCodePoint(code);
  return character === '\r' || !FORBIDDEN.test(character) ? character : undefined;
}

function openElement(written: string, source: string, inside: Open | undefined): Open {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of source.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw new UnreadableXml('it has an attribute twice');
    // As XML has it: a line break that is written as such is a blank.
    attributes.set(name, plain((double ?? single ?? '').replaceAll(/[\t\n]/g, ' ')));
  }
  const scope = scopeOf(attributes, inside?.scope ?? new Map([['xml', XML]]));
  const [name, namespace] = resolve(written, scope, scope.get('') ?? '');
  const seen = new Set<string>();
  for (const attribute of attributes.keys()) {
    const key = isDeclaration(attribute) ? attribute : resolve(attribute, scope, '').join(' ');
    if (seen.has(key)) throw new UnreadableXml('it has an attribute twice');
    seen.add(key);
  }
  const element: Element = { name, namespace, attributes, children: [], text: '', parent: inside?.element };
  inside?.element.children.push(element);
  return { element, written, scope };
}

const isDeclaration = (attribute: string) => attribute === 'xmlns' || attribute.startsWith('xmlns:');

/** The prefixes that are known in an element. `xml` and `xmlns` mean what they mean, under no other name. */
function scopeOf(attributes: Map<string, string>, outer: Scope): Scope {
  const declared = [...attributes].filter(([name]) => isDeclaration(name));
  if (declared.length === 0) return outer;
  const scope = new Map(outer);
  for (const [name, uri] of declared) {
    const prefix = name.slice('xmlns:'.length);
    if (/^xml/i.test(prefix) || uri === XML || uri === XMLNS || (prefix && !uri))
      throw new UnreadableXml('it gives a prefix a meaning that it cannot have');
    scope.set(prefix, uri);
  }
  return scope;
}

/** The local name and the namespace. */
function resolve(written: string, scope: Scope, unprefixed: string): [string, string] {
  const [prefix, local] = written.includes(':') ? written.split(':') : [undefined, written];
  const namespace = prefix === undefined ? unprefixed : scope.get(prefix);
  if (local === undefined || namespace === undefined) throw new UnreadableXml('it has an unknown prefix');
  return [local, namespace];
}
