/** Pages for everybody: axe on each in light and dark, the keyboard alone, small screens and large text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from 'playwright-core';
import { mailedCode, PASSWORD, signUpAndConfirm } from '../person.ts';
import { STORY } from '../story-pool.ts';
import { openContext, startApplication } from './application.ts';
import { assertFits, assertNoGraveFaults, focused } from './for-everybody.ts';
import { addProviders } from './providers.ts';

const { foyer, hosted, authorizeUrl, back } = await startApplication();
const maria = 'maria@example.com';
await signUpAndConfirm(foyer, maria);
const invited = { Username: 'invited@example.com', TemporaryPassword: 'Temporary-1' };
const sdk = new CognitoIdentityProviderClient({
  endpoint: foyer.url,
  region: 'us-east-1',
  credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
});
await sdk.send(
  new AdminCreateUserCommand({ UserPoolId: STORY.poolId, ...invited, MessageAction: 'SUPPRESS' }),
);
await addProviders(sdk);

let made = 0;
const newEmail = () => `person-${made++}@example.com`;
const to = (name: string) => (page: Page) => page.getByRole('link', { name }).click();
const press = (name: string) => (page: Page) => page.getByRole('button', { name }).click();

async function open(page: Page): Promise<void> {
  await page.goto(authorizeUrl());
}
async function createAccount(page: Page, email = newEmail()): Promise<void> {
  await open(page);
  await to('Create an account')(page);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press('Create account')(page);
  await page.getByLabel('Code').waitFor();
}
async function signIn(page: Page): Promise<void> {
  await open(page);
  await page.getByLabel('Email address').fill(maria);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press('Sign in')(page);
  await back(page);
}

/** The page of a client with every kind of provider. */
const openProviders = (page: Page) => page.goto(authorizeUrl({ client_id: STORY.webClient }));

/** How a person comes to see each page. */
const PAGES: Record<string, (page: Page) => Promise<unknown>> = {
  'sign-in': open,
  'sign-in with an error': async (page) => {
    await open(page);
    await press('Sign in')(page);
    await page.getByRole('alert').waitFor();
  },
  'sign-in with providers': openProviders,
  'find-provider with an error': async (page) => {
    await openProviders(page);
    await page.getByLabel('Company email address').fill('bob@nowhere.example');
    await press('Sign in with your company')(page);
    await page.getByRole('alert').waitFor();
  },
  'sign-up': async (page) => {
    await open(page);
    await to('Create an account')(page);
    await page.getByLabel('Password', { exact: true }).fill('Abc');
  },
  'sign-up with an error': async (page) => {
    await open(page);
    await to('Create an account')(page);
    await page.getByLabel('Email address').fill('x');
    await press('Create account')(page);
    await page.getByRole('alert').waitFor();
  },
  'confirm-sign-up': createAccount,
  'resend-code': async (page) => {
    await createAccount(page);
    await page.goto(page.url().replace('/confirm?', '/resendcode?'));
  },
  'forgot-password': async (page) => {
    await open(page);
    await to('Forgot your password?')(page);
  },
  'reset-password': async (page) => {
    await open(page);
    await to('Forgot your password?')(page);
    await page.getByLabel('Email address').fill(maria);
    await press('Send code')(page);
    await page.getByLabel('New password').waitFor();
  },
  'new-password': async (page) => {
    await open(page);
    await page.getByLabel('Email address').fill(invited.Username);
    await page.getByLabel('Password', { exact: true }).fill(invited.TemporaryPassword);
    await press('Sign in')(page);
    await page.getByLabel('New password').waitFor();
  },
  'continue as': async (page) => {
    await signIn(page);
    await page.goto(authorizeUrl().replace('/oauth2/authorize', '/login'));
    await page.getByRole('button', { name: `Continue as ${maria}` }).waitFor();
  },
  'signed out': (page) => page.goto(`${hosted}/signedout`),
  error: (page) => page.goto(`${hosted}/error?error=redirect_mismatch`),
  expired: (page) => page.goto(`${hosted}/signup?interaction=gone&client_id=x`),
  'failed link': (page) => page.goto(`${hosted}/confirmUser`),
  'nothing here': (page) => page.goto(`${hosted}/no-such-page`),
  mailbox: (page) => page.goto(`${foyer.url}/dev/mailbox`),
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

test('signing in with the keyboard alone, with a focus that is always seen', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await open(page);
  const keyboard = async (keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const seen: unknown[] = [];
  for (const [text, name] of [
    [maria, 'username'],
    [PASSWORD, 'password'],
    ['', 'Show'],
    ['', 'Sign in'],
  ] as const) {
    const at = await focused(page);
    assert.equal(at.name, name);
    seen.push(at.outline);
    if (text) await page.keyboard.type(text);
    if (name !== 'Sign in') await keyboard(['Tab']);
  }
  assert.deepEqual(seen, Array(4).fill('solid 3px'));
  await keyboard(['Enter']);
  await back(page);
  await context.close();
});

test('a failed post puts the focus on what is wrong, from where a link leads to the field', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await open(page);
  await page.getByLabel('Email address').fill(maria);
  await press('Sign in')(page);
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.equal(await page.locator('[role=alert]:focus').count(), 1);
  assert.match(await page.title(), /^Error: Sign in/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const password = page.getByLabel('Password', { exact: true });
  assert.equal(await page.locator('#field-password:focus').count(), 1);
  const described = (await password.getAttribute('aria-describedby')) ?? '';
  assert.equal(await page.locator(`[id="${described}"]`).innerText(), 'Please fill in “Password”.');
  assert.equal(await password.getAttribute('aria-invalid'), 'true');
  await context.close();
});

test('from 320 pixels and at 200 % text nothing is cut off, and targets are as large as a finger', async (t) => {
  const { mailbox: _, 'nothing here': __, ...hostedPages } = PAGES;
  for (const [name, show] of Object.entries(hostedPages))
    await t.test(name, async () => {
      const context = await openContext({ viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      await show(page);
      await assertFits(page, 320);
      await context.close();
    });
});

test('password managers and phones find what they look for', async () => {
  const context = await openContext();
  const page = await context.newPage();
  const hints = () =>
    page
      .locator('input:not([type=hidden])')
      .evaluateAll((inputs) =>
        inputs.map((input) => [input.getAttribute('name'), input.getAttribute('autocomplete')]),
      );
  await open(page);
  assert.deepEqual(await hints(), [
    ['username', 'username'],
    ['password', 'current-password'],
  ]);
  const email = newEmail();
  await createAccount(page, email);
  assert.deepEqual(await hints(), [['code', 'one-time-code']]);
  await page.getByLabel('Code').fill(await mailedCode(foyer, email));
  await PAGES['reset-password']?.(page);
  assert.deepEqual(await hints(), [
    [null, 'username'],
    ['code', 'one-time-code'],
    ['password', 'new-password'],
  ]);
  await context.close();
});
