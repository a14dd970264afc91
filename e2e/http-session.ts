/**
 * A browser without a screen: keeps cookies, follows nothing unasked, and posts the forms that a page shows with their
 * hidden fields. For stories that are about what travels, not about what is seen.
 */
import { Cookie, CookieJar } from 'tough-cookie';

export interface Page {
  status: number;
  /** Absolute address that this answer came from. */
  url: string;
  headers: Headers;
  body: string;
  /** Absolute address of the redirect, or of where the page leads on to at once; undefined when there is none. */
  location: string | undefined;
}

export interface HttpSession {
  jar: CookieJar;
  get(url: string, headers?: Record<string, string>): Promise<Page>;
  /** Posts form fields. */
  post(url: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Posts a form of the page, the only one or the one whose tag matches, with its own fields and these over them. */
  submit(page: Page, fields: Record<string, string>, form?: RegExp): Promise<Page>;
  /** Follows redirects while they stay below this address; gives the first answer that is no redirect, or leads away. */
  follow(page: Page, within: string): Promise<Page>;
}

const MAX_REDIRECTS = 20;

/** `through` carries the requests, when not straight to the address that they name. */
export function openHttpSession(
  through: (url: string, init: RequestInit) => Promise<Response> = fetch,
): HttpSession {
  const jar = new CookieJar();

  const send = async (url: string, init: RequestInit): Promise<Page> => {
    const cookie = await jar.getCookieString(url);
    const headers = new Headers(init.headers);
    if (cookie) headers.set('cookie', cookie);
    const response = await through(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const parsed = Cookie.parse(line);
      // A browser drops what it does not accept without a word; so does this.
      if (parsed) await jar.setCookie(parsed, url, { ignoreError: true });
    }
    const target = response.headers.get('location') ?? refreshOf(response.headers);
    return {
      status: response.status,
      url,
      headers: response.headers,
      body: await response.text(),
      location: target === null ? undefined : new URL(target, url).href,
    };
  };

  const session: HttpSession = {
    jar,
    get: (url, headers = {}) => send(url, { headers: { accept: 'text/html', ...headers } }),
    post: (url, fields, headers = {}) =>
      send(url, {
        method: 'POST',
        headers: { accept: 'text/html', origin: new URL(url).origin, ...headers },
        body: new URLSearchParams(fields),
      }),
    submit(page, fields, form) {
      const { action, values } = readForm(page, form);
      return session.post(action, { ...values, ...fields });
    },
    async follow(page, within) {
      let current = page;
      for (let i = 0; i < MAX_REDIRECTS; i++) {
        if (!current.location?.startsWith(within)) return current;
        current = await session.get(current.location);
      }
      throw new Error(`More than ${MAX_REDIRECTS} redirects, the last to ${current.location}`);
    },
  };
  return session;
}

/** Where a page leads on to by itself, at once. */
function refreshOf(headers: Headers): string | null {
  return /^0; url=(.+)$/.exec(headers.get('refresh') ?? '')?.[1] ?? null;
}

/** Where a form posts to, and the values that its inputs hold before anybody types. */
export function readForm(
  page: Page,
  wanted: RegExp = /<form/,
): { action: string; values: Record<string, string> } {
  const forms = [...page.body.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/gi)];
  const form = forms.find(([all]) => wanted.test(all));
  if (!form)
    throw new Error(`No form ${wanted} at ${page.url} (${page.status}):\n${page.body.slice(0, 2000)}`);
  const [, tag = '', content = ''] = form;
  const values: Record<string, string> = {};
  for (const [input] of content.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(input, 'name');
    const type = attribute(input, 'type') ?? 'text';
    const chosen = /\schecked(?=[\s=>/])/i.test(input);
    if (name === undefined || type === 'submit' || ((type === 'checkbox' || type === 'radio') && !chosen))
      continue;
    values[name] = attribute(input, 'value') ?? (type === 'checkbox' ? 'on' : '');
  }
  return { action: new URL(attribute(tag, 'action') ?? page.url, page.url).href, values };
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag);
  const raw = match?.[1] ?? match?.[2];
  return raw?.replaceAll(/&([a-z]+|#\d+);/gi, (entity, key: string) => ENTITIES[key] ?? entity);
}
