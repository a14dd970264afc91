import { hash } from 'node:crypto';
import type { SignedRequest } from './signature-v4.ts';

/**
 * A request in the one form in which both sides sign it (AWS Signature Version 4).
 * @param host the one that the client is taken to have named
 * @param signedHeaders in the order of the Authorization header
 */
export function canonicalRequest(request: SignedRequest, host: string, signedHeaders: string[]): string {
  const { method, url, body } = request;
  const end = url.indexOf('?');
  const [path, query] = end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end + 1)];
  let headers = '';
  for (const name of signedHeaders) {
    const value = (name === 'host' ? host : (request.headers[name] ?? '')).trim();
    headers += `${name}:${value.includes('  ') ? value.replace(/ +/g, ' ') : value}\n`;
  }
  return `${method}\n${path}\n${query && canonicalQuery(query)}\n${headers}\n${signedHeaders.join(';')}\n${sha256(body)}`;
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [encoded(name), encoded(value.join('='))];
    })
    .sort(([a = '', x = ''], [b = '', y = '']) => byCode(a, b) || byCode(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}

/** By name first, and not as `name=value`: `a` comes before `a1`, although `=` comes after `1`. */
const byCode = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Percent-encodes anew what came encoded somehow, so that both sides write it alike. */
function encoded(part: string): string {
  let plain = part;
  try {
    plain = decodeURIComponent(part);
  } catch {
    // Not encoded at all; then it stands for itself.
  }
  return encodeURIComponent(plain).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** In hexadecimal digits, as it stands in what is signed. */
export const sha256 = (data: string | Uint8Array) => hash('sha256', data);
