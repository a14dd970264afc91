import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD } from '../person.ts';
import { openContext, startApplication } from './application.ts';

const { authorizeUrl, back, emailOf, mailedAfter } = await startApplication();
const email = 'nora@example.com';

test('HUI-161 HUI-167 HUI-170 with JavaScript switched off every flow works', async (t) => {
  const context = await openContext({ javaScriptEnabled: false });
  const page = await context.newPage();

  await t.test('signing up, a wrong code, a new code, and into the application', async () => {
    await page.goto(authorizeUrl({ state: 'first' }));
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('weak');
    await page.getByRole('button', { name: 'Create account' }).click();
    assert.equal(await page.getByLabel('Email address').inputValue(), email);
    assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('Code').fill('12');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('alert').filter({ hasText: 'That code is not right' }).waitFor();
    const code = await mailedAfter(email, async () => {
      await page.getByRole('button', { name: 'Send a new code' }).click();
      await page.getByText('A new message is on its way.').waitFor();
    });
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Confirm' }).click();
    const answer = await back(page);
    assert.equal(answer.get('state'), 'first');
    assert.equal(await emailOf(answer.get('code')), email);
  });

  await t.test('forgetting the password, choosing a new one, and signing in with it', async () => {
    await context.clearCookies();
    await page.goto(authorizeUrl({ state: 'second' }));
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Email address').fill(email);
    const code = await mailedAfter(email, async () => {
      await page.getByRole('button', { name: 'Send code' }).click();
      await page.getByLabel('New password').waitFor();
    });
    await page.getByLabel('Code').fill(code);
    await page.getByLabel('New password').fill(`${PASSWORD}-new`);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password has been changed').waitFor();
    assert.equal(await page.getByLabel('Email address').inputValue(), email);
    await page.getByLabel('Password', { exact: true }).fill(`${PASSWORD}-new`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    assert.equal((await back(page)).get('state'), 'second');
  });

  await t.test('going on as who one is', async () => {
    await page.goto(authorizeUrl({ state: 'third' }).replace('/oauth2/authorize', '/login'));
    await page.getByRole('button', { name: `Continue as ${email}` }).click();
    assert.equal((await back(page)).get('state'), 'third');
  });
  await context.close();
});

test('the show-password button, which needs a script, is not there without one', async () => {
  const context = await openContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  assert.equal(await page.locator('.show-password').isVisible(), false);
  await context.close();
});
