import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import type { Context } from 'koa';
import type { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';
import type { Browser } from './testing/browser.ts';
import { authorizePath, claimsOf, codeFor, redeem, tokensFor } from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

const HOUR = 3_600_000;

interface Page {
  page: string;
  uid: string;
  signedInAs?: string;
  loginHint?: string;
  languages: string[];
  query: string;
  identityProvider?: string;
  redirectUri: string;
  clientId: string;
}

describe('signing in at the pages', () => {
  let stage: Stage;
  let client: Client;
  let browser: Browser;
  let now = Date.now();
  const wait = (ms: number) => {
    now += ms;
    mock.timers.setTime(now);
  };
  before(async () => {
    mock.timers.enable({ apis: ['Date'], now });
    stage = await openStage();
    client = await stage.client();
  });
  after(async () => {
    await stage.close();
    mock.timers.reset();
  });
  beforeEach(() => {
    browser = stage.browser();
  });

  const open = async (path: string, of = browser) => {
    const seen = await of.follow(path);
    const page: Page | undefined = seen.text.startsWith('{') ? JSON.parse(seen.text) : undefined;
    return { ...seen, page };
  };
  const submit = (url: string, username: string, of = browser) =>
    of.visit(url, { method: 'POST', body: new URLSearchParams({ username }) });
  const goOn = (url: string, as: string) =>
    browser.visit(url, { method: 'POST', body: new URLSearchParams({ continue: as }) });
  const disable = (id: string, enabled = false) =>
    stage.pool.accounts.update(id, (current) => ({ ...current, enabled }));
  const signOutEverywhere = (id: string) =>
    stage.pool.accounts.update(id, (current) => ({ ...current, epoch: current.epoch + 1 }));

  test('HUI-160 the sign-in page opened directly is checked as authorize is', async () => {
    const path = (given: Record<string, string | undefined>, id = client.id) =>
      authorizePath({ id }, given, '/login');
    assert.match((await browser.visit(path({}, ''))).location, /\/error\?error=invalid_request$/);
    assert.match(
      (await browser.visit(path({ redirect_uri: undefined }))).location,
      /\/error\?error=redirect_mismatch/,
    );
    assert.match(
      (await browser.visit(path({ response_type: undefined }))).location,
      /^https:\/\/app\.test\/cb\?error=invalid_request/,
    );
    assert.equal((await open(path({}))).page?.page, 'login');
  });

  test('HUI-161 HUI-162 a sign-in that began at /login ends as one that began at authorize', async () => {
    const account = await stage.account();
    const verifier = 'v'.repeat(43);
    const challenge = Buffer.from(
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)),
    ).toString('base64url');
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    const end = await browser.signIn(
      authorizePath(client, { state: 'x y', nonce: 'n', ...pkce }, '/login'),
      account.username,
    );
    assert.equal(end.searchParams.get('state'), 'x y');
    const code = end.searchParams.get('code');
    assert.equal((await redeem(stage, client, code)).body['error'], 'invalid_request');
    const { body } = await redeem(stage, client, code, { code_verifier: verifier });
    assert.equal(claimsOf(body['id_token'])['nonce'], 'n');
    const implicit = await stage
      .browser()
      .signIn(authorizePath(client, { response_type: 'token', state: 's' }, '/login'), account.username);
    assert.match(implicit.hash, /^#id_token=.*&state=s$/);
  });

  test('the browser keeps two cookies while the page waits, neither of them for the other pages', async () => {
    const { headers } = await browser.visit(authorizePath(client));
    const cookies = headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, ''));
    const names = cookies.map((cookie) => cookie.replace(/;.*|^foyer-\w+-/g, ''));
    assert.deepEqual(names, ['browser', 'resume', 'resume.sig']);
    assert.match(cookies[1] ?? '', /; path=\/acme\/oauth2\/authorize\/[\w-]+;/);
  });

  test('pages are told what the application asked for', async () => {
    const given = {
      login_hint: 'mina@acme.test',
      ui_locales: 'de-CH en <x>',
      lang: 'fr',
      identity_provider: 'COGNITO',
    };
    const { page } = await open(authorizePath(client, given));
    assert.equal(page?.loginHint, 'mina@acme.test');
    assert.deepEqual(page?.languages, ['fr', 'de-CH', 'en']);
    assert.equal(page?.identityProvider, 'COGNITO');
    assert.equal(page?.redirectUri, CALLBACK);
    assert.equal(page?.clientId, client.id);
    assert.equal(page?.query, authorizePath(client, given).split('?')[1]);
  });

  test('HUI-175 the hosted session is hidden from scripts and ends an hour after signing in', async () => {
    const account = await stage.account();
    const page = await open(authorizePath(client));
    const back = await submit(page.url, account.username);
    const set = (await browser.visit(back.location)).headers.getSetCookie();
    const session = set.find((cookie) => /-session=/.test(cookie)) ?? '';
    assert.match(session, /; path=\/acme; samesite=lax; httponly; expires=/);
    const expires = Date.parse(/expires=([^;]+)/.exec(session)?.[1] ?? '');
    assert.ok(Math.abs(expires - now - HOUR) <= 1000);

    wait(50 * 60_000);
    assert.match(
      (await browser.visit(authorizePath(client))).location,
      /\?code=/,
      'using it does not prolong it',
    );
    const kept = await browser.jar.getCookieString(stage.base + authorizePath(client));
    wait(10 * 60_000);
    const late = await browser.visit(authorizePath(client), { headers: { cookie: kept } });
    assert.match(late.location, /\/login\?/);
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
      assert.ok(cookies.some((cookie) => new RegExp(`^${prefix}foyer-\\w+-browser=`).test(cookie)));
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

  test('a session is shared by the clients of the pool', async () => {
    const account = await stage.account();
    const other = await stage.client();
    await browser.signIn(authorizePath(client), account.username);
    const { location } = await browser.visit(authorizePath(other));
    const { body } = await redeem(stage, other, new URL(location).searchParams.get('code'));
    assert.equal(claimsOf(body['id_token']).sub, account.id);
    assert.equal(claimsOf(body['id_token']).aud, other.id);
  });

  test('prompt=none answers at once, with or without a session', async () => {
    const account = await stage.account();
    const none = authorizePath(client, { prompt: 'none', state: 's' });
    const without = await browser.visit(none);
    assert.match(without.location, /^https:\/\/app\.test\/cb\?error=login_required&.*&state=s$/);
    const implicit = await browser.visit(authorizePath(client, { prompt: 'none', response_type: 'token' }));
    assert.match(implicit.location, /^https:\/\/app\.test\/cb#error=login_required/);
    await browser.signIn(authorizePath(client), account.username);
    assert.match((await browser.visit(none)).location, /\?code=[\w-]+&state=s$/);
  });

  test('prompt=login and max_age want a fresh proof, and get its time', async () => {
    const account = await stage.account();
    await browser.signIn(authorizePath(client), account.username);
    const first = Math.floor(now / 1000);
    wait(10 * 60_000);
    assert.match((await browser.visit(authorizePath(client, { max_age: '700' }))).location, /\?code=/);
    for (const given of [{ prompt: 'login' }, { max_age: '300' }, { max_age: '0' }]) {
      wait(10 * 60_000);
      const { page, url } = await open(authorizePath(client, given));
      assert.equal(page?.page, 'login');
      assert.equal(page?.signedInAs, undefined, 'continuing would not be a proof');
      const end = await browser.follow((await submit(url, account.username)).location);
      const { body } = await redeem(stage, client, new URL(end.location).searchParams.get('code'));
      assert.equal(claimsOf(body['id_token'])['auth_time'], Math.floor(now / 1000));
      assert.notEqual(claimsOf(body['id_token'])['auth_time'], first);
    }
  });

  test('the page that is asked for lets the person continue, with the time of their sign-in', async () => {
    const account = await stage.account();
    await browser.signIn(authorizePath(client), account.username);
    const signedInAt = Math.floor(now / 1000);
    for (const path of [
      authorizePath(client, {}, '/login'),
      authorizePath(client, { prompt: 'select_account' }),
    ]) {
      wait(60_000);
      const { page, url } = await open(path);
      assert.equal(page?.signedInAs, account.id);
      const post = () => goOn(url, account.id);
      const end = await browser.follow((await post()).location);
      const { body } = await redeem(stage, client, new URL(end.location).searchParams.get('code'));
      assert.equal(claimsOf(body['id_token'])['auth_time'], signedInAt);
      assert.equal((await post()).status, 405, 'once: now it is a post to a page that is not there');
    }
  });

  test('nobody continues as a person who has left in the meantime', async () => {
    const [mina, otto] = [await stage.account(), await stage.account()];
    await browser.signIn(authorizePath(client), mina.username);
    const { url } = await open(authorizePath(client, {}, '/login'));
    await browser.signIn(authorizePath(client, { prompt: 'login' }), otto.username);
    const { page } = await open(url);
    assert.equal(page?.signedInAs, undefined);
    assert.equal((await goOn(url, mina.id)).status, 500, 'the stand-in page answers a refusal so');
    const { url: end } = await browser.follow((await goOn(url, otto.id)).location);
    assert.match(end, /\/error\?error=invalid_request$/, 'nor does the page of one end as the other');
  });

  test('an id_token_hint names the only person who is signed in silently', async () => {
    const [mina, otto] = [await stage.account(), await stage.account()];
    const { id_token: hint, access_token: notOne } = await tokensFor(stage, client, mina.username);
    await browser.signIn(authorizePath(client), mina.username);
    const silent = { prompt: 'none', id_token_hint: hint };
    assert.match((await browser.visit(authorizePath(client, silent))).location, /\?code=/);
    const wrong = { prompt: 'none', id_token_hint: notOne };
    assert.match((await browser.visit(authorizePath(client, wrong))).location, /error=invalid_request/);
    await browser.signIn(authorizePath(client, { prompt: 'login' }), otto.username);
    assert.match((await browser.visit(authorizePath(client, silent))).location, /error=login_required/);
  });

  test('two tabs, two people: each ends where it began', async () => {
    const [mina, otto] = [await stage.account(), await stage.account()];
    const one = await open(authorizePath(client, { state: 'one' }));
    const two = await open(authorizePath(client, { state: 'two' }));
    const backOne = await submit(one.url, mina.username);
    const backTwo = await submit(two.url, otto.username);
    const endTwo = new URL((await browser.visit(backTwo.location)).location);
    const endOne = new URL((await browser.visit(backOne.location)).location);
    assert.equal(endOne.searchParams.get('state'), 'one');
    assert.equal(endTwo.searchParams.get('state'), 'two');
    const subOf = async (end: URL) =>
      claimsOf((await redeem(stage, client, end.searchParams.get('code'))).body['id_token']).sub;
    assert.equal(await subOf(endOne), mina.id);
    assert.equal(await subOf(endTwo), otto.id);
  });

  test('ATK-21 whoever signs in over another ends that session for good', async () => {
    const [mina, otto] = [await stage.account(), await stage.account()];
    await browser.signIn(authorizePath(client), mina.username);
    const stolen = await browser.jar.getCookieString(stage.base + authorizePath(client));
    await browser.signIn(authorizePath(client, { prompt: 'login' }), otto.username);
    const replayed = await fetch(stage.base + authorizePath(client), {
      headers: { cookie: stolen },
      redirect: 'manual',
    });
    assert.match(replayed.headers.get('location') ?? '', /\/login\?/);
  });

  test('the back button: a finished page begins anew, a finished address leads to the error page', async () => {
    const account = await stage.account();
    const { url } = await open(authorizePath(client, { state: 'again' }));
    const back = await submit(url, account.username);
    assert.match((await browser.visit(back.location)).location, /\?code=/);
    const reopened = await open(url);
    assert.equal(reopened.page?.page, 'login');
    assert.notEqual(reopened.url, url);
    assert.equal(reopened.page?.query, new URL(url).search.slice(1).replace(/&interaction=.*/, ''));
    assert.equal(
      (await browser.visit(back.location)).location,
      `${stage.base}/error?error=interaction_expired`,
    );
  });

  test('an interaction ends once, even for posts at the same moment', async () => {
    const account = await stage.account();
    const { page, url } = await open(authorizePath(client));
    assert.ok(page);
    const signedIn = { accountId: account.id, epoch: 0, authTime: now };
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, () => stage.oidc.bridge.finish({} as Context, page, signedIn)),
    );
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const end of ends)
      if (end.status === 'rejected') assert.equal((end.reason as Refusal).reason, 'attempt-expired');
    assert.notEqual((await open(url)).page?.uid, page.uid, 'its page is not shown again either');
  });

  test('an interaction that has waited an hour begins anew from its query', async () => {
    const { url } = await open(authorizePath(client, { state: 'slow' }));
    wait(HOUR);
    const late = await open(url);
    assert.equal(late.page?.page, 'login');
    assert.match(late.page?.query ?? '', /state=slow/);
    assert.notEqual(late.url, url);
  });

  test('ATK-20 ATK-22 an interaction is worth nothing in another browser', async () => {
    const account = await stage.account();
    const attacker = stage.browser();
    const { url, page } = await open(authorizePath(client), attacker);
    const seen = await open(url);
    assert.notEqual(seen.page?.uid, page?.uid, 'the victim begins one of their own');
    const back = await submit(url, account.username, attacker);
    const { location, headers } = await browser.visit(back.location);
    assert.equal(location, `${stage.base}/error?error=interaction_expired`);
    assert.deepEqual(headers.getSetCookie(), [], 'the victim is not signed in');
    assert.match((await browser.visit(authorizePath(client))).location, /\/login\?/);
  });

  test('ATK-20 the way back leads nowhere before the sign-in has ended', async () => {
    const { page } = await open(authorizePath(client));
    const { location } = await browser.visit(`/oauth2/authorize/${page?.uid}`);
    assert.match(location, /\/login\?/);
    assert.match((await browser.visit('/oauth2/authorize/unknown')).location, /error=interaction_expired/);
    assert.equal((await browser.visit(`/oauth2/authorize/${page?.uid}`, { method: 'POST' })).status, 405);
  });

  test('a session id changes when someone signs in', async () => {
    const account = await stage.account();
    const idOf = async () =>
      (await browser.jar.getCookies(stage.base + authorizePath(client))).find(({ key }) =>
        key.endsWith('-session'),
      )?.value;
    await browser.signIn(authorizePath(client), account.username);
    const first = await idOf();
    await browser.signIn(authorizePath(client, { prompt: 'login' }), account.username);
    assert.ok(first);
    assert.notEqual(await idOf(), first);
  });

  test('ATK-19 HUI-203 a session of someone disabled, deleted or signed out everywhere is no session', async () => {
    const gone: ((id: string) => Promise<unknown>)[] = [
      disable,
      signOutEverywhere,
      (id) => stage.pool.accounts.remove(id),
    ];
    for (const leave of gone) {
      const account = await stage.account();
      const own = stage.browser();
      await own.signIn(authorizePath(client), account.username);
      await leave(account.id);
      const { page } = await open(authorizePath(client), own);
      assert.equal(page?.page, 'login');
      assert.equal(page?.signedInAs, undefined);
      assert.match(
        (await own.visit(authorizePath(client, { prompt: 'none' }))).location,
        /error=login_required/,
      );
    }
    assert.deepEqual(
      stage.logged.filter((line) => /failed/.test(line)),
      [],
    );
  });

  test('someone disabled or signed out everywhere between form and answer gets the form again', async () => {
    for (const leave of [disable, signOutEverywhere]) {
      const account = await stage.account();
      const { url } = await open(authorizePath(client));
      const back = await submit(url, account.username);
      await leave(account.id);
      assert.match((await browser.visit(back.location)).location, /\/login\?/);
      await disable(account.id, true);
      assert.match(
        (await browser.visit(authorizePath(client, { prompt: 'none' }))).location,
        /login_required/,
      );
    }
  });

  test('HUI-120 HUI-132 a code is good for five minutes', async () => {
    const account = await stage.account();
    const code = await codeFor(browser, client, account.username);
    wait(299_000);
    assert.equal((await redeem(stage, client, code)).status, 200);
    const other = await codeFor(stage.browser(), client, account.username);
    wait(300_000);
    assert.deepEqual((await redeem(stage, client, other)).body, { error: 'invalid_grant' });
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
