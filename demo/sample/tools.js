// What `oauth.js` needs besides the protocol: requests that the page lists, random values and base64url.

/** Where Foyer is and who we are; the addresses of its endpoints come from its discovery document. */
export const config = await ask('/config.json');
export const server = await ask(`${config.authority}/.well-known/openid-configuration`);

/** GET, or POST with a form; gives the JSON answer, or throws what the server named as the reason. */
export async function ask(url, form, accessToken) {
  const method = form ? 'POST' : 'GET';
  const response = await fetch(url, {
    method,
    body: form && new URLSearchParams(form),
    headers: accessToken ? { authorization: `Bearer ${accessToken}` } : {},
  });
  const answer = await response.json();
  const members = Object.keys(answer);
  const shown = members.slice(0, 6).join(', ') + (members.length > 6 ? ' …' : '');
  tell(method, url, form ? `grant_type=${form.grant_type}` : '', `${response.status}: ${shown}`);
  if (!response.ok)
    throw new Error(answer.error_description ?? answer.error ?? `The server answered ${response.status}.`);
  return answer;
}

/** Lets the page list a request and its answer. */
export function tell(method, url, sent, answered) {
  document.dispatchEvent(new CustomEvent('asked', { detail: { method, url: String(url), sent, answered } }));
}

export const random = () => toBase64url(crypto.getRandomValues(new Uint8Array(32)));

export const sha256 = async (text) =>
  toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));

/** The two readable parts of a JWT. Reading proves nothing: see `verify` in `oauth.js`. */
export function decode(token) {
  const [header, payload] = token
    .split('.', 2)
    .map((part) => JSON.parse(new TextDecoder().decode(fromBase64url(part))));
  return { header, payload };
}

export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );

const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
