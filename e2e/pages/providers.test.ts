/**
 * The pages of providers outside, for everybody: choosing one, the page that leads on, and what is shown when the way
 * ends here. axe in light and dark, small screens and large text, the keyboard alone, and no script.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from 'playwright-core';
import { STORY } from '../story-pool.ts';
import { openContext, startApplication } from './application.ts';
import { assertFits, assertNoGraveFaults, focused } from './for-everybody.ts';
import { addProviders } from './providers.ts';

const { foyer, hosted, callback, authorizeUrl, trap } = await startApplication();
const sdk = new CognitoIdentityProviderClient({
  endpoint: foyer.url,
  region: 'us-east-1',
  credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
});
await addProviders(sdk);
const PARTNER = 'Partner-with-a-long-name-of-32-c';

/** The public client has a company's people and no others. */
const client = { UserPoolId: STORY.poolId, ClientId: STORY.publicClient };
const { UserPoolClient } = await sdk.send(new DescribeUserPoolClientCommand(client));
const only = (...SupportedIdentityProviders: string[]) =>
  sdk.send(new UpdateUserPoolClientCommand({ ...UserPoolClient, ...client, SupportedIdentityProviders }));
await only(PARTNER, 'Company');

const ofAll = (extra = {}) => authorizeUrl({ client_id: STORY.webClient, ...extra });

/** Sends this browser to the provider, where nobody is; gives the state with which it may come back. */
async function leave(page: Page): Promise<string> {
  const { request } = page.context();
  let url = ofAll({ identity_provider: PARTNER });
  while (url.startsWith(foyer.url)) {
    const { location = '' } = (await request.get(url, { maxRedirects: 0 })).headers();
    url = new URL(location, url).href;
  }
  return new URL(url).searchParams.get('state') ?? assert.fail(url);
}

/** The page on the way back, which stays for once: its header that leads on at once is taken away. */
async function onTheWayBack(page: Page): Promise<void> {
  const state = await leave(page);
  await page.route('**/oauth2/idpresponse?*', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const { refresh, ...headers } = response.headers();
    assert.match(refresh ?? '', /^0; url=/);
    await route.fulfill({ response, headers });
  });
  await page.goto(`${hosted}/oauth2/idpresponse?${new URLSearchParams({ error: 'access_denied', state })}`);
  await page.getByRole('link', { name: 'Go on' }).waitFor();
}

const PAGES: Record<string, (page: Page) => Promise<unknown>> = {
  'sign-in with every provider': (page) => page.goto(ofAll()),
  'sign-in with a provider and a company, without a password': (page) => page.goto(authorizeUrl()),
  'find-provider': async (page) => {
    await page.goto(ofAll());
    await page.goto(page.url().replace('/login?', '/findProvider?'));
    await page.getByRole('link', { name: 'Back to sign-in' }).waitFor();
  },
  'on the way back': onTheWayBack,
  'an answer that belongs to no sign-in': (page) => page.goto(`${hosted}/oauth2/idpresponse?code=x&state=x`),
  'an answer that is too large': async (page) => {
    const large = 'x'.repeat(500_000);
    const form = `<form method="post" action="${hosted}/saml2/idpresponse"><input name="SAMLResponse" value="${large}"><button>Post</button></form>`;
    await page.goto(trap(form));
    await page.getByRole('button', { name: 'Post' }).click();
    await page.waitForURL(`${hosted}/**`);
  },
  'a way in that there is not': async (page) => {
    await page.goto(ofAll({ identity_provider: 'Nobody' }));
    await page.getByText('That way to sign in is not available').waitFor();
  },
};

test('axe finds nothing serious on any page, in light and dark', async (t) => {
  for (const [name, show] of Object.entries(PAGES))
    await t.test(name, async () => {
      const context = await openContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      await show(page);
      await assertNoGraveFaults(page);
      await context.close();
    });
});

test('from 320 pixels and at 200 % text nothing is cut off, and targets are as large as a finger', async (t) => {
  for (const [name, show] of Object.entries(PAGES))
    await t.test(name, async () => {
      const context = await openContext({ viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      await show(page);
      await assertFits(page, 320);
      await context.close();
    });
});

/** Presses the key until the focus is there; gives how it is seen. */
async function tabTo(page: Page, name: string): Promise<string> {
  const passed: unknown[] = [];
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.name === name) return at.outline;
    passed.push(at.name);
  }
  return assert.fail(`${name} is not among ${passed.join(', ')}`);
}

/** The address outside that the browser asks for; nobody is there, which does not matter. */
async function reaches(page: Page, prefix: string, act: () => Promise<unknown>): Promise<string> {
  const [request] = await Promise.all([
    page.waitForRequest((asked) => asked.url().startsWith(prefix)),
    act(),
  ]);
  return request.url();
}

test('every provider is reached with the keyboard alone, with a focus that is always seen', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(ofAll());
  for (const name of [
    'Sign in with Google',
    'Continue with Facebook',
    'Login with Amazon',
    'Sign in with Apple',
    `Sign in with ${PARTNER}`,
  ])
    assert.equal(await tabTo(page, name), 'solid 3px', name);
  await reaches(page, 'https://idp.example.com/authorize', () => page.keyboard.press('Enter'));
  // Another window: the first one is about to say that the provider is nowhere.
  const back = await context.newPage();
  await onTheWayBack(back);
  assert.equal(await tabTo(back, 'Go on'), 'solid 3px');
  await back.keyboard.press('Enter');
  await back.waitForURL((url) => url.href.startsWith(callback));
  assert.equal(new URL(back.url()).searchParams.get('error'), 'access_denied');
  await context.close();
});

test('without JavaScript a person gets to their company by their e-mail address, and back', async () => {
  const context = await openContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(ofAll());
  const submit = page.getByRole('button', { name: 'Sign in with your company' });
  await page.getByLabel('Company email address').fill('ann@nowhere.example');
  await submit.click();
  await page.getByRole('alert').filter({ hasText: 'No company with this address' }).waitFor();
  await page.getByLabel('Company email address').fill('ann@company.example');
  const there = await reaches(page, 'https://idp.example.com/authorize', () =>
    page.getByRole('button', { name: 'Next' }).click(),
  );
  const state = new URL(there).searchParams.get('state') ?? '';
  // The page that leads on does so by itself, without a script. In another window: this one is about to say that the
  // provider is nowhere.
  const back = await context.newPage();
  await back.goto(`${hosted}/oauth2/idpresponse?${new URLSearchParams({ error: 'access_denied', state })}`);
  await back.waitForURL((url) => url.href.startsWith(callback));
  assert.equal(new URL(back.url()).searchParams.get('error'), 'access_denied');
  await context.close();
});
