import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Context } from 'koa';
import type { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';
import type { Browser } from './testing/browser.ts';
import { mockTime } from './testing/mock-time.ts';
import { openPage, submit } from './testing/pages.ts';
import { authorizePath, claimsOf, redeem } from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

const HOUR = 3_600_000;

describe('signing in at the pages', () => {
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
    assert.equal((await openPage(browser, path({}))).page?.page, 'login');
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

  test('pages are told what the application asked for', async () => {
    const given = {
      login_hint: 'mina@acme.test',
      ui_locales: 'de-CH en <x>',
      lang: 'fr',
      identity_provider: 'COGNITO',
    };
    const { page } = await openPage(browser, authorizePath(client, given));
    assert.equal(page?.loginHint, 'mina@acme.test');
    assert.deepEqual(page?.languages, ['fr', 'de-CH', 'en']);
    assert.equal(page?.identityProvider, 'COGNITO');
    assert.equal(page?.redirectUri, CALLBACK);
    assert.equal(page?.clientId, client.id);
    assert.equal(page?.query, authorizePath(client, given).split('?')[1]);
  });

  test('two tabs, two people: each ends where it began', async () => {
    const [mina, otto] = [await stage.account(), await stage.account()];
    const one = await openPage(browser, authorizePath(client, { state: 'one' }));
    const two = await openPage(browser, authorizePath(client, { state: 'two' }));
    const backOne = await submit(browser, one.url, mina.username);
    const backTwo = await submit(browser, two.url, otto.username);
    const endTwo = new URL((await browser.visit(backTwo.location)).location);
    const endOne = new URL((await browser.visit(backOne.location)).location);
    assert.equal(endOne.searchParams.get('state'), 'one');
    assert.equal(endTwo.searchParams.get('state'), 'two');
    const subOf = async (end: URL) =>
      claimsOf((await redeem(stage, client, end.searchParams.get('code'))).body['id_token']).sub;
    assert.equal(await subOf(endOne), mina.id);
    assert.equal(await subOf(endTwo), otto.id);
  });

  test('the back button: a finished page begins anew, a finished address leads to the error page', async () => {
    const account = await stage.account();
    const { url } = await openPage(browser, authorizePath(client, { state: 'again' }));
    const back = await submit(browser, url, account.username);
    assert.match((await browser.visit(back.location)).location, /\?code=/);
    const reopened = await openPage(browser, url);
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
    const { page, url } = await openPage(browser, authorizePath(client));
    assert.ok(page);
    const signedIn = { accountId: account.id, epoch: 0, authTime: Date.now() };
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, () => stage.oidc.bridge.finish({} as Context, page, signedIn)),
    );
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const end of ends)
      if (end.status === 'rejected') assert.equal((end.reason as Refusal).reason, 'attempt-expired');
    assert.notEqual((await openPage(browser, url)).page?.uid, page.uid, 'its page is not shown again either');
  });

  test('an interaction that has waited an hour begins anew from its query', async () => {
    const { url } = await openPage(browser, authorizePath(client, { state: 'slow' }));
    wait(HOUR);
    const late = await openPage(browser, url);
    assert.equal(late.page?.page, 'login');
    assert.match(late.page?.query ?? '', /state=slow/);
    assert.notEqual(late.url, url);
  });

  test('ATK-20 ATK-22 an interaction is worth nothing in another browser', async () => {
    const account = await stage.account();
    const attacker = stage.browser();
    const { url, page } = await openPage(attacker, authorizePath(client));
    const seen = await openPage(browser, url);
    assert.notEqual(seen.page?.uid, page?.uid, 'the victim begins one of their own');
    const back = await submit(attacker, url, account.username);
    const { location, headers } = await browser.visit(back.location);
    assert.equal(location, `${stage.base}/error?error=interaction_expired`);
    assert.deepEqual(headers.getSetCookie(), [], 'the victim is not signed in');
    assert.match((await browser.visit(authorizePath(client))).location, /\/login\?/);
  });

  test('ATK-20 the way back leads nowhere before the sign-in has ended', async () => {
    const { page } = await openPage(browser, authorizePath(client));
    const { location } = await browser.visit(`/oauth2/authorize/${page?.uid}`);
    assert.match(location, /\/login\?/);
    assert.match((await browser.visit('/oauth2/authorize/unknown')).location, /error=interaction_expired/);
    assert.equal((await browser.visit(`/oauth2/authorize/${page?.uid}`, { method: 'POST' })).status, 405);
  });
});
