/** A newcomer's first five minutes, and the same pages without JavaScript. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { graveFaults } from './axe.ts';
import { startDemo } from './demo.ts';

const { foyer, sampleUrl } = await startDemo();
const browser = await openBrowser();
const person = { email: 'ina@example.com', name: 'Ina Maier', password: 'Welcome-1-home' };

/** Whatever goes wrong inside the page fails the story. */
function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return problems;
}

const greeting = (page: Page) => page.locator('#greeting');
const claims = async (page: Page, id: string) => page.locator(`#${id}`).innerText();

test('HUI-168 from the sample application to a new account and back, with the code from the mailbox page', async (t) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = watch(page);

  await t.test(
    'sign-up asks for what the pool requires and ticks the password rules off as they are met',
    async () => {
      await page.goto(sampleUrl);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Create an account' }).click();
      await page.getByLabel('Email address').fill(person.email);
      await page.getByLabel('Name', { exact: true }).fill(person.name);
      const rule = page.locator('.policy li').first();
      await page.getByLabel('Password', { exact: true }).fill('short');
      assert.match((await rule.textContent()) ?? '', /at least 8 characters.*still missing/);
      await page.getByLabel('Password', { exact: true }).fill(person.password);
      assert.match((await rule.textContent()) ?? '', /at least 8 characters.*done/);
      assert.equal(await page.locator('.policy li.passwordCheck-notValid-customizable').count(), 0);
      await page.getByRole('button', { name: 'Create account' }).click();
    },
  );

  await t.test('the code is in the mailbox, and leads back into the application, signed in', async () => {
    await page.getByText('We sent a code to i***@e***.').waitFor();
    const mailbox = await context.newPage();
    await mailbox.goto(`${foyer.url}/dev/mailbox`);
    assert.deepEqual(await graveFaults(mailbox), []);
    const code = await mailbox.locator('article', { hasText: person.email }).locator('code').innerText();
    await mailbox.close();
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: `Hello, ${person.name}` }).waitFor();
    assert.equal(new URL(page.url()).search, '');
    assert.match(await claims(page, 'id-token'), new RegExp(`"email": "${person.email}"`));
    assert.match(await claims(page, 'access-token'), /"token_use": "access"/);
  });

  await t.test('the application refreshes, asks userInfo, and lists what it did', async () => {
    await page.getByRole('button', { name: 'Ask userInfo' }).click();
    await page.locator('#answer-text', { hasText: person.email }).waitFor();
    await page.getByRole('button', { name: 'Refresh tokens' }).click();
    await page.locator('#requests li', { hasText: 'grant_type=refresh_token' }).waitFor();
    assert.match(await page.locator('#code').innerText(), /code_challenge_method: 'S256'/);
    assert.equal(await page.locator('#problem').isVisible(), false);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await graveFaults(page), []);
    }
  });

  await t.test('a second visit signs in without a prompt, until signing out', async () => {
    const second = await context.newPage();
    await second.goto(sampleUrl);
    await second.getByRole('button', { name: 'Sign in' }).click();
    await second.getByRole('heading', { name: `Hello, ${person.name}` }).waitFor();
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByRole('heading', { name: 'Nobody is signed in' }).waitFor();
    await second.getByRole('button', { name: 'Sign in' }).click();
    await second.getByLabel('Password', { exact: true }).waitFor();
  });
  assert.deepEqual(problems, []);
  await context.close();
});

test('after a stop and a start the account is still there', async () => {
  await foyer.restart();
  const page = await (await browser.newContext()).newPage();
  await page.goto(sampleUrl);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await greeting(page).filter({ hasText: person.name }).waitFor();
  await page.context().close();
});

test('an answer that the application did not ask for is refused by it', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${sampleUrl}/callback?code=stolen&state=made-up`);
  await page.getByRole('alert').filter({ hasText: 'belongs to no sign-in of this tab' }).waitFor();
  assert.equal(await page.locator('#tokens').isVisible(), false);
  await page.context().close();
});
