/** A browser without a screen: keeps cookies as one does, follows redirects when told to. */
import { CookieJar } from 'tough-cookie';

export interface Visit {
  status: number;
  headers: Headers;
  /** Where a redirect leads, `''` for other answers. */
  location: string;
  text: string;
}

export interface Browser {
  jar: CookieJar;
  /** One request. `to` is an address, or a path below the pool's. */
  visit(to: string, init?: RequestInit): Promise<Visit>;
  /** The page at which redirects end, or the first answer that leads away from the pool. */
  follow(to: string, init?: RequestInit): Promise<Visit & { url: string }>;
  /**
   * Opens the address, signs in at the form that appears, allows what is asked for then, and returns where the browser
   * was sent in the end.
   */
  signIn(to: string, username: string): Promise<URL>;
}

export function openBrowser(base: string): Browser {
  const jar = new CookieJar();
  const absolute = (to: string) => (/^[a-z]+:/i.test(to) ? to : base + to);

  async function visit(to: string, init: RequestInit = {}): Promise<Visit> {
    const url = absolute(to);
    const headers = new Headers(init.headers);
    const cookies = await jar.getCookieString(url);
    if (cookies) headers.set('cookie', cookies);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) await jar.setCookie(cookie, url);
    const location = answer.headers.get('location') ?? '';
    return { status: answer.status, headers: answer.headers, location, text: await answer.text() };
  }

  async function follow(to: string, init?: RequestInit): Promise<Visit & { url: string }> {
    let url = absolute(to);
    let seen = await visit(url, init);
    while (seen.location.startsWith(new URL(base).origin)) {
      url = seen.location;
      seen = await visit(url);
    }
    return { ...seen, url };
  }

  return {
    jar,
    visit,
    follow,
    async signIn(to, username) {
      const page = await follow(to);
      if (page.location) throw new Error(`no form was shown: ${page.location}`);
      const form = (given: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(given) });
      let sent = asksConsent(page) ? page : await follow(page.url, form({ username }));
      if (asksConsent(sent)) sent = await follow(sent.url, form({ answer: 'allow' }));
      if (!sent.location) throw new Error(`signing in ended with ${sent.status} ${sent.text}`);
      return new URL(sent.location);
    },
  };
}

const asksConsent = ({ text }: Visit) => text.startsWith('{"page":"consent"');
