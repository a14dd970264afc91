/**
 * oidc-client-ts, unmodified, in a real browser: an application without a server, at another origin than Foyer. Once with
 * tokens that whoever has them may use, and once with tokens that only this browser can.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { startFoyer } from '../start.ts';
import type {} from './oidc-client-ts-application.ts';
import { ANN, issuerAt, openIdPool } from './openid-pool.ts';
import { serveApplication } from './serve-application.ts';

const CLIENT = 'oidcclienttsapplication001';

async function start({ bound }: { bound: boolean }): Promise<Page> {
  const { url, tell } = await serveApplication('oidc-client-ts-application.ts');
  const client = {
    id: CLIENT,
    name: 'In the browser',
    callback: url,
    bye: url,
    openId: { dpop_bound_access_tokens: bound },
  };
  const foyer = await startFoyer({ poolFile: openIdPool([client], 'dpop') });
  tell({ authority: issuerAt(foyer), client_id: CLIENT, redirect_uri: url, bound });
  const page = await (await (await openBrowser()).newContext()).newPage();
  await page.goto(url);
  await isTitled(page, 'Nobody is signed in');
  return page;
}

/** What the application says once it has dealt with what a redirect brought. */
async function isTitled(page: Page, title: string): Promise<void> {
  const titled = await page.waitForFunction('document.title === "The application" ? "" : document.title');
  assert.equal(await titled.jsonValue(), title);
}

/** Leaves for the hosted page, types what it asks for, and comes back. */
async function signIn(page: Page): Promise<void> {
  await page.evaluate(() => void globalThis.manager.signinRedirect());
  await page.getByLabel('Email address').fill(ANN.email);
  await page.getByLabel('Password', { exact: true }).fill(ANN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/[?&]code=/);
  await isTitled(page, `Hello, ${ANN.name}`);
}

const tokens = (page: Page) =>
  page.evaluate(async () => {
    const { access_token = '', token_type } = (await globalThis.manager.getUser()) ?? {};
    return { access_token, token_type };
  });

for (const bound of [false, true])
  test(`OID-256 OID-257 OID-258 oidc-client-ts signs in, renews and signs out, ${bound ? 'with bound tokens' : 'with bearer tokens'}`, async () => {
    const page = await start({ bound });
    // The name that it greets with comes from user info.
    await signIn(page);
    const first = await tokens(page);
    assert.equal(first.token_type, bound ? 'DPoP' : 'Bearer');
    assert.equal('cnf' in decodeJwt(first.access_token), bound);

    await page.evaluate(() => globalThis.manager.signinSilent());
    const renewed = await tokens(page);
    assert.notEqual(renewed.access_token, first.access_token);
    assert.equal('cnf' in decodeJwt(renewed.access_token), bound);

    await page.evaluate(() => void globalThis.manager.signoutRedirect({ state: 'bye' }));
    await page.waitForURL(/\/\?state=/);
    await isTitled(page, 'Nobody is signed in');
    assert.equal((await tokens(page)).access_token, '');
    // Nobody is known there any more either: the password is asked for.
    await signIn(page);
  });
