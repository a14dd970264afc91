import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Client } from '../pool.ts';
import type { Browser } from './testing/browser.ts';
import { mockTime } from './testing/mock-time.ts';
import { continueAs, openPage, submit } from './testing/pages.ts';
import { authorizePath, claimsOf, redeem, tokensFor } from './testing/requests.ts';
import { openStage, type Stage } from './testing/stage.ts';

const HOUR = 3_600_000;

describe('the hosted session', () => {
  let stage: Stage;
  let client: Client;
  let browser: Browser;
  const wait = mockTime();
  before(async () => {
    stage = await openStage();
    client = await stage.client();
  });
  after(() => stage.close());
  beforeEach(() => {
    browser = stage.browser();
  });

  const disable = (id: string, enabled = false) =>
    stage.pool.accounts.update(id, (current) => ({ ...current, enabled }));
  const signOutEverywhere = (id: string) =>
    stage.pool.accounts.update(id, (current) => ({ ...current, epoch: current.epoch + 1 }));

  test('HUI-175 the hosted session is hidden from scripts and ends an hour after signing in', async () => {
    const account = await stage.account();
    const page = await openPage(browser, authorizePath(client));
    const back = await submit(browser, page.url, account.username);
    const set = (await browser.visit(back.location)).headers.getSetCookie();
    const session = set.find((cookie) => /-session=/.test(cookie)) ?? '';
    assert.match(session, /; path=\/acme; samesite=lax; httponly; expires=/);
    const expires = Date.parse(/expires=([^;]+)/.exec(session)?.[1] ?? '');
    assert.ok(Math.abs(expires - Date.now() - HOUR) <= 1000);

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

  test('a session is shared by the clients of the pool', async () => {
    const account = await stage.account();
    const other = await stage.client();
    await browser.signIn(authorizePath(client), account.username);
    const { location } = await browser.visit(authorizePath(other));
    const { body } = await redeem(stage, other, new URL(location).searchParams.get('code'));
    assert.equal(claimsOf(body['id_token']).sub, account.id);
    assert.equal(claimsOf(body['id_token']).aud, other.id);
  });

  test('a session is written when somebody signs in, and not when it lets them into another application', async (t) => {
    const written: string[] = [];
    const counting = await openStage({
      sessions: (store) => ({
        ...store,
        put: (kind, ...record) => {
          written.push(kind);
          return store.put(kind, ...record);
        },
      }),
    });
    t.after(() => counting.close());
    const first = await counting.client();
    const { username } = await counting.account();
    const person = counting.browser();
    await person.signIn(authorizePath(first), username);
    assert.equal(written.filter((kind) => kind === 'session').length, 1);
    const other = await counting.client();
    for (const each of [first, other, other])
      assert.match((await person.visit(authorizePath(each))).location, /\?code=/);
    assert.equal(written.filter((kind) => kind === 'session').length, 1);
    assert.equal(written.filter((kind) => kind === 'code').length, 4);
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
    const first = Math.floor(Date.now() / 1000);
    wait(10 * 60_000);
    assert.match((await browser.visit(authorizePath(client, { max_age: '700' }))).location, /\?code=/);
    for (const given of [{ prompt: 'login' }, { max_age: '300' }, { max_age: '0' }]) {
      wait(10 * 60_000);
      const { page, url } = await openPage(browser, authorizePath(client, given));
      assert.equal(page?.page, 'login');
      assert.equal(page?.signedInAs, undefined, 'continuing would not be a proof');
      const end = await browser.follow((await submit(browser, url, account.username)).location);
      const { body } = await redeem(stage, client, new URL(end.location).searchParams.get('code'));
      assert.equal(claimsOf(body['id_token'])['auth_time'], Math.floor(Date.now() / 1000));
      assert.notEqual(claimsOf(body['id_token'])['auth_time'], first);
    }
  });

  test('the page that is asked for lets the person continue, with the time of their sign-in', async () => {
    const account = await stage.account();
    await browser.signIn(authorizePath(client), account.username);
    const signedInAt = Math.floor(Date.now() / 1000);
    for (const path of [
      authorizePath(client, {}, '/login'),
      authorizePath(client, { prompt: 'select_account' }),
    ]) {
      wait(60_000);
      const { page, url } = await openPage(browser, path);
      assert.equal(page?.signedInAs, account.id);
      const post = () => continueAs(browser, url, account.id);
      const end = await browser.follow((await post()).location);
      const { body } = await redeem(stage, client, new URL(end.location).searchParams.get('code'));
      assert.equal(claimsOf(body['id_token'])['auth_time'], signedInAt);
      assert.equal((await post()).status, 405, 'once: now it is a post to a page that is not there');
    }
  });

  test('nobody continues as a person who has left in the meantime', async () => {
    const [mina, otto] = [await stage.account(), await stage.account()];
    await browser.signIn(authorizePath(client), mina.username);
    const { url } = await openPage(browser, authorizePath(client, {}, '/login'));
    await browser.signIn(authorizePath(client, { prompt: 'login' }), otto.username);
    const { page } = await openPage(browser, url);
    assert.equal(page?.signedInAs, undefined);
    assert.equal(
      (await continueAs(browser, url, mina.id)).status,
      500,
      'the stand-in page answers a refusal so',
    );
    const { url: end } = await browser.follow((await continueAs(browser, url, otto.id)).location);
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
      (id) => stage.pool.accounts.update(id, (current) => ({ ...current, status: 'RESET_REQUIRED' })),
      (id) => stage.pool.accounts.remove(id),
    ];
    for (const leave of gone) {
      const account = await stage.account();
      const own = stage.browser();
      await own.signIn(authorizePath(client), account.username);
      await leave(account.id);
      const { page } = await openPage(own, authorizePath(client));
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
      const { url } = await openPage(browser, authorizePath(client));
      const back = await submit(browser, url, account.username);
      await leave(account.id);
      assert.match((await browser.visit(back.location)).location, /\/login\?/);
      await disable(account.id, true);
      assert.match(
        (await browser.visit(authorizePath(client, { prompt: 'none' }))).location,
        /login_required/,
      );
    }
  });
});
