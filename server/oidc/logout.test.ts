import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import type { Browser } from './testing/browser.ts';
import { openGate } from './testing/gate.ts';
import { authorizePath, form, redeem, refresh, tokensFor, userInfo } from './testing/requests.ts';
import { CALLBACK, LOGOUT, openStage, type Stage } from './testing/stage.ts';

describe('logout', () => {
  let stage: Stage;
  let client: Client;
  let account: Account;
  let browser: Browser;
  before(async () => {
    stage = await openStage();
    client = await stage.client();
    account = await stage.account();
  });
  after(() => stage.close());
  beforeEach(async () => {
    browser = stage.browser();
    await browser.signIn(authorizePath(client), account.username);
  });

  const logout = (given: Record<string, string | undefined>, of = browser) =>
    of.visit(`/logout?${form(given)}`);
  const signedIn = async (of = browser) =>
    !/login_required/.test((await of.visit(authorizePath(client, { prompt: 'none' }))).location);
  const pageOf = (visit: { text: string }) => JSON.parse(visit.text) as Record<string, unknown>;

  test('HUI-177 HUI-184 back to the application, and the session is gone', async () => {
    assert.equal(await signedIn(), true);
    const { status, location, headers } = await logout({
      client_id: client.id,
      logout_uri: LOGOUT,
      state: 's',
    });
    assert.equal(status, 302);
    assert.equal(location, LOGOUT, 'nothing is appended');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(await signedIn(), false);
    const { url } = await browser.follow(authorizePath(client));
    assert.match(url, /\/login\?/);
  });

  test('HUI-178 HUI-179 an address that is not registered for signing out is not gone to', async () => {
    for (const uri of ['https://evil.test/', `${LOGOUT}/`, CALLBACK]) {
      const own = stage.browser();
      await own.signIn(authorizePath(client), account.username);
      const answer = await logout({ client_id: client.id, logout_uri: uri }, own);
      assert.equal(answer.status, 400);
      assert.deepEqual(pageOf(answer), { page: 'error', error: 'logout_uri_mismatch', clientId: client.id });
      assert.equal(await signedIn(own), false, 'signed out all the same');
    }
  });

  test('HUI-180 HUI-181 to the sign-in page as someone else', async () => {
    const given = {
      response_type: 'code',
      client_id: client.id,
      redirect_uri: CALLBACK,
      state: 'a b',
      scope: 'openid email',
    };
    const { status, location } = await logout(given);
    assert.equal(status, 302);
    assert.equal(location, `${stage.base}/login?${form(given)}`);
    assert.equal(await signedIn(), false);
    const end = await browser.signIn(location, (await stage.account()).username);
    assert.equal(end.searchParams.get('state'), 'a b');

    const { location: all } = await logout({ ...given, scope: undefined });
    assert.equal(new URL(all).searchParams.get('scope'), 'openid email phone profile');
    const wrong = await logout({ ...given, redirect_uri: LOGOUT });
    assert.equal(wrong.status, 400);
    assert.equal(pageOf(wrong)['error'], 'redirect_mismatch');
  });

  test('HUI-182 HUI-183 a request that names no address or no client is shown the error page', async () => {
    const cases = [
      [{ client_id: client.id }, 'invalid_request'],
      [{ logout_uri: LOGOUT }, 'invalid_request'],
      [{}, 'invalid_request'],
      [{ client_id: 'nobody', logout_uri: LOGOUT }, 'invalid_client'],
      [{ post_logout_redirect_uri: LOGOUT }, 'invalid_request'],
    ] as const;
    for (const [given, error] of cases) {
      const answer = await logout(given);
      assert.equal(answer.status, 400);
      assert.equal(pageOf(answer)['error'], error);
      assert.equal(answer.location, '');
    }
    const twice = await browser.visit(
      `/logout?client_id=${client.id}&logout_uri=${LOGOUT}&logout_uri=${LOGOUT}`,
    );
    assert.equal(twice.status, 400);
  });

  test('HUI-177 of two addresses logout_uri wins', async () => {
    const given = { client_id: client.id, logout_uri: LOGOUT, redirect_uri: CALLBACK, response_type: 'code' };
    assert.equal((await logout(given)).location, LOGOUT);
  });

  test('HUI-185 without a session the answer is the same', async () => {
    const nobody = stage.browser();
    assert.equal((await logout({ client_id: client.id, logout_uri: LOGOUT }, nobody)).location, LOGOUT);
    const { location } = await logout({ client_id: client.id, logout_uri: LOGOUT });
    assert.equal(location, LOGOUT);
  });

  test('HUI-186 what was issued stays valid', async () => {
    const code = new URL((await browser.visit(authorizePath(client))).location).searchParams.get('code');
    const { body } = await redeem(stage, client, code);
    const late = new URL((await browser.visit(authorizePath(client))).location).searchParams.get('code');
    await logout({ client_id: client.id, logout_uri: LOGOUT });
    assert.equal((await refresh(stage, client, body['refresh_token'])).status, 200);
    assert.equal((await userInfo(stage, String(body['access_token']))).status, 200);
    assert.equal((await redeem(stage, client, late)).status, 200, 'a code too');
  });

  test('HUI-188 any method but GET is answered 405', async () => {
    for (const method of ['POST', 'HEAD']) {
      const { status, headers } = await browser.visit(`/logout?client_id=${client.id}&logout_uri=${LOGOUT}`, {
        method,
      });
      assert.equal(status, 405);
      assert.equal(headers.get('allow'), 'GET');
    }
    assert.equal(await signedIn(), true);
  });

  test('ATK-21 the cookies of a signed-out session open nothing', async () => {
    const stolen = await browser.jar.getCookieString(stage.base + authorizePath(client));
    const { headers } = await logout({ client_id: client.id, logout_uri: LOGOUT });
    assert.equal(
      headers.getSetCookie().filter((cookie) => /-session(\.sig)?=;.*expires=Thu, 01 Jan 1970/.test(cookie))
        .length,
      2,
    );
    const replayed = await fetch(stage.base + authorizePath(client), {
      headers: { cookie: stolen },
      redirect: 'manual',
    });
    assert.match(replayed.headers.get('location') ?? '', /\/login\?/);
  });

  test('ATK-21 a sign-in that was under way does not bring back the session that was signed out', async (t) => {
    const held = openGate();
    const gated = await openStage({
      sessions: (store) => ({
        ...store,
        put: async (kind, id, value, expiresAt) => {
          if (kind === 'code') await held.pass();
          return store.put(kind, id, value, expiresAt);
        },
      }),
    });
    t.after(() => gated.close());
    const own = await gated.client();
    const visitor = gated.browser();
    const { username } = await gated.account();
    await visitor.signIn(authorizePath(own), username);
    const shown = await visitor.follow(authorizePath(own, { prompt: 'login' }));
    const sent = await visitor.visit(shown.url, { method: 'POST', body: form({ username }) });
    held.close();
    const pending = visitor.visit(sent.location);
    await held.reached();
    await visitor.visit(`/logout?${form({ client_id: own.id, logout_uri: LOGOUT })}`);
    held.open();
    await pending;
    const { location } = await visitor.visit(authorizePath(own, { prompt: 'none' }));
    assert.match(location, /login_required/);
  });

  test('ATK-06 no address that runs in the browser is ever gone to', async () => {
    const uris = [
      'JaVaScript:alert(1)',
      'data:text/html,x',
      'javascript://app.test/%0aalert(1)',
      '//evil.test',
      '/login',
    ];
    for (const uri of uris) {
      assert.equal((await logout({ client_id: client.id, logout_uri: uri })).status, 400);
      assert.equal((await logout({ client_id: client.id, post_logout_redirect_uri: uri })).status, 400);
    }
  });

  test('OpenID form: by hint or client id, with the state, to a registered address', async () => {
    const { id_token: hint, access_token: notOne } = await tokensFor(stage, client, account.username);
    const to = { post_logout_redirect_uri: LOGOUT, state: 'a b+c' };
    assert.equal((await logout({ id_token_hint: hint, ...to })).location, `${LOGOUT}?state=a+b%2Bc`);
    assert.equal(await signedIn(), false);
    assert.equal((await logout({ client_id: client.id, ...to, state: undefined })).location, LOGOUT);
    assert.equal((await logout({ id_token_hint: hint, client_id: client.id, ...to })).status, 302);
    assert.equal((await logout({ id_token_hint: hint })).location, `${stage.base}/signedout`);

    const unreadable = { id_token_hint: `${hint?.slice(0, -8)}AAAAAAAA`, ...to };
    assert.equal((await logout(unreadable)).status, 400);
    assert.equal((await logout({ ...unreadable, client_id: client.id })).status, 302);

    const other = await stage.client();
    assert.equal((await logout({ id_token_hint: hint, client_id: other.id, ...to })).status, 400);
    assert.equal((await logout({ id_token_hint: notOne, ...to })).status, 400);
    assert.equal((await logout({ id_token_hint: 'x', ...to })).status, 400);
    const evil = await logout({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.test' });
    assert.equal(pageOf(evil)['error'], 'logout_uri_mismatch');
  });
});
