import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Client } from '../pool.ts';
import type { Browser } from './testing/browser.ts';
import { authorizePath, codeFor, redeem } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

describe('cookies, and what is stored', () => {
  let stage: Stage;
  let client: Client;
  let browser: Browser;
  before(async () => {
    stage = await openStage();
    client = await stage.client();
  });
  after(() => stage.close());
  beforeEach(() => {
    browser = stage.browser();
  });

  test('the browser keeps two cookies while the page waits, neither of them for the other pages', async () => {
    const { headers } = await browser.visit(authorizePath(client));
    const cookies = headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, ''));
    const names = cookies.map((cookie) => cookie.replace(/;.*|^foyer-\w+-(?=\w)|-[0-9a-f]{12}/g, ''));
    assert.deepEqual(names, ['browser', 'resume', 'resume.sig']);
    assert.match(cookies[1] ?? '', /; path=\/acme\/oauth2\/authorize\/[\w-]+;/);
  });

  test('HUI-175 ATK-23 on https every cookie is Secure, and its name keeps sibling hosts out', async () => {
    for (const [base, mountPath, prefix] of [
      ['https://acme.auth.test', '', '__Host-'],
      ['https://auth.test/acme', '/acme', '__Secure-'],
    ] as const) {
      const secure = await openStage({ base, mountPath });
      const own = await secure.client();
      const { username } = await secure.account();
      const cookies: string[] = [];
      const visit = async (path: string, init: RequestInit = {}) => {
        const pairs = cookies.map((cookie) => cookie.split(';')[0]).filter(Boolean);
        const answer = await fetch(secure.origin + path, {
          ...init,
          headers: { cookie: pairs.join('; ') },
          redirect: 'manual',
        });
        cookies.push(...answer.headers.getSetCookie());
        return (answer.headers.get('location') ?? '')
          .replace('https://acme.auth.test', '')
          .replace('https://auth.test', '');
      };
      const page = await visit(mountPath + authorizePath(own));
      const back = await visit(page, { method: 'POST', body: new URLSearchParams({ username }) });
      assert.match(await visit(back), /\?code=/);
      assert.ok(cookies.some((cookie) => new RegExp(`^${prefix}foyer-\\w+-session=`).test(cookie)));
      assert.ok(
        cookies.some((cookie) => new RegExp(`^${prefix}foyer-\\w+-browser-[0-9a-f]{12}=`).test(cookie)),
      );
      for (const cookie of cookies) {
        assert.match(cookie, /; secure(;|$)/i);
        assert.match(cookie, /; httponly(;|$)/i);
        assert.match(cookie, /; samesite=lax(;|$)/i);
        assert.match(cookie, new RegExp(`; path=${mountPath || '/'}`));
        assert.equal(/; domain=/i.test(cookie), false);
      }
      await secure.close();
    }
  });

  test('ATK-23 two pools below one host do not see the cookies of each other', async () => {
    const account = await stage.account();
    await browser.signIn(authorizePath(client), account.username);
    const { origin } = new URL(stage.base);
    assert.equal(await browser.jar.getCookieString(`${origin}/other/oauth2/authorize`), '');
    assert.equal(await browser.jar.getCookieString(`${origin}/acmeevil/login`), '');
    assert.notEqual(await browser.jar.getCookieString(`${origin}/acme/login`), '');
  });

  test('nothing that opens a session or redeems a code lies readable in the store', async () => {
    const seen: string[] = [];
    const watched = await openStage({
      sessions: (store) => ({
        ...store,
        put: (kind, id, value, expiresAt) => {
          seen.push(JSON.stringify([kind, id, value]));
          return store.put(kind, id, value, expiresAt);
        },
      }),
    });
    const own = await watched.client();
    const account = await watched.account();
    const visitor = watched.browser();
    const code = await codeFor(visitor, own, account.username);
    const { body } = await redeem(watched, own, code);
    await visitor.visit(authorizePath(own, { prompt: 'login' }));
    const cookies = await visitor.jar.getCookies(watched.base + authorizePath(own));
    const secrets = [code, body['refresh_token'], ...cookies.map(({ value }) => value)].map(String);
    assert.equal(secrets.length, 5);
    for (const secret of secrets) assert.equal(seen.join().includes(secret), false);
    await watched.close();
  });
});
