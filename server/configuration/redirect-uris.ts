/**
 * Which addresses a client may register to be called back or signed out to (HUI-19..22, RFC 6749 section 3.1.2,
 * RFC 8252). Matching against a registered address is exact and happens elsewhere; what must never be a target is
 * kept out here, before it is stored.
 */

/** Schemes that run or show something in the browser instead of opening an application (ATK-06). */
const DANGEROUS = new Set([
  'about',
  'blob',
  'chrome',
  'data',
  'file',
  'filesystem',
  'ftp',
  'intent',
  'javascript',
  'jar',
  'mailto',
  'resource',
  'sms',
  'tel',
  'vbscript',
  'view-source',
  'ws',
  'wss',
]);

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why an address may not be registered, as a clause that follows it; undefined when it may. */
export function redirectUriFault(uri: string): string | undefined {
  // What is not ASCII cannot stand in a Location header, and a backslash is a slash to browsers only.
  if (!/^[\x21-\x7e]+$/.test(uri) || uri.includes('\\')) return 'is not a valid URI.';
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase();
  if (!scheme) return 'is not an absolute URI.';
  if (uri.includes('#')) return 'must not have a fragment.';
  if (DANGEROUS.has(scheme)) return `cannot use the ${scheme} scheme.`;
  const rest = uri.slice(scheme.length + 1);
  if (scheme === 'http' || scheme === 'https') return webFault(uri, scheme, rest);
  return rest.startsWith('/') && URL.canParse(uri) ? undefined : 'is not a valid URI.';
}

function webFault(uri: string, scheme: 'http' | 'https', rest: string): string | undefined {
  if (!rest.startsWith('//') || !URL.canParse(uri)) return 'is not a valid URI.';
  // As it is written: a parser would repair `https:///host` and read `good.test@evil.test` as evil.test.
  const authority = /^\/\/([^/?]*)/.exec(rest)?.[1] ?? '';
  if (!authority) return 'is not a valid URI.';
  if (authority.includes('@')) return 'must not have a user name or password.';
  if (authority.includes('*')) return 'must not have a wildcard in its host.';
  if (scheme === 'http' && !LOOPBACK.has(new URL(uri).hostname)) return 'cannot use the HTTP protocol.';
  return undefined;
}
