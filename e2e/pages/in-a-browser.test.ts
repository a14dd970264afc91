/** What only a real browser shows: its weight, its tabs, its back button, its policies and its scripts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { PASSWORD, signUpAndConfirm } from '../person.ts';
import { openContext, startApplication } from './application.ts';

const { foyer, hosted, trap, authorizeUrl, back, emailOf } = await startApplication();
const people = ['maria@example.com', 'ina@example.com'] as const;
for (const email of people) await signUpAndConfirm(foyer, email);

async function fillIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
}
const submit = (page: Page) => page.getByRole('button', { name: 'Sign in' }).click();

test('a first visit weighs under 30 kB, is all our own, and breaks no policy', async () => {
  const context = await openContext();
  const page = await context.newPage();
  const answers: Promise<[string, number]>[] = [];
  const complaints: string[] = [];
  page.on('response', (response) => {
    const body = response.body().then(
      (bytes) => bytes.length,
      () => 0,
    );
    answers.push(body.then((length) => [response.url(), length]));
  });
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(authorizeUrl(), { waitUntil: 'networkidle' });
  const got = await Promise.all(answers);
  const weight = got.reduce((sum, [, length]) => sum + length, 0);
  assert.ok(got.length >= 4, 'page, style, script and mark');
  assert.ok(weight > 5_000 && weight < 30_000, `${weight} bytes`);
  for (const [url] of got) assert.ok(url.startsWith(foyer.url), url);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('two tabs sign in at once as two people, and each ends where it began', async () => {
  const context = await openContext();
  const tabs = await Promise.all(
    people.map(async (email) => {
      const page = await context.newPage();
      await page.goto(authorizeUrl({ state: `for ${email}` }));
      return { email, page };
    }),
  );
  for (const { email, page } of tabs) await fillIn(page, email);
  for (const { page } of tabs) await submit(page);
  for (const { email, page } of tabs) {
    const answer = await back(page);
    assert.equal(answer.get('state'), `for ${email}`);
    assert.equal(await emailOf(answer.get('code')), email);
  }
  await context.close();
});

test('the back button after signing in says that the page has expired, and leads on', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(authorizeUrl({ state: 'back and forth' }));
  await fillIn(page, people[0]);
  await submit(page);
  await back(page);
  await page.goBack();
  await page.getByRole('heading', { name: 'This page has expired' }).waitFor();
  await page.getByRole('link', { name: 'Start again' }).click();
  await page.getByRole('button', { name: `Continue as ${people[0]}` }).click();
  const answer = await back(page);
  assert.equal(answer.get('state'), 'back and forth');
  assert.equal(await emailOf(answer.get('code')), people[0]);
  await context.close();
});

test('HUI-176 a page of another site cannot show ours in a frame', async () => {
  const context = await openContext();
  const page = await context.newPage();
  const addresses = [authorizeUrl(), `${hosted}/error`, `${foyer.url}/health/live`];
  const frames = addresses.map((address) => `<iframe src="${address.replaceAll('&', '&amp;')}"></iframe>`);
  await page.goto(trap(frames.join('')));
  const [signIn, error, harmless] = page.frames().slice(1);
  for (const frame of [signIn, error]) await frame?.waitForURL(/^chrome-error:/);
  // What may be framed is, so the trap works.
  assert.equal(harmless?.url(), `${foyer.url}/health/live`);
  await context.close();
});

test('HUI-164 ATK-22 a form of another site cannot sign a person in', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  const target = page.url();
  const csrf = await page.locator('[name=_csrf]').getAttribute('value');
  const theirs = trap(
    `<form method="post" action="${target.replaceAll('&', '&amp;')}"><input name="username" value="${people[1]}"><input name="password" value="${PASSWORD}"><input name="_csrf" value="${csrf}"><button>Win</button></form>`,
  );
  await page.goto(theirs);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Win' }).click();
  assert.equal((await answered).status(), 403);
  await page.goto(authorizeUrl({ prompt: 'none' }));
  assert.equal((await back(page)).get('error'), 'login_required');
  await context.close();
});

test('the submit button says that it is busy and sends once', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  await fillIn(page, people[0]);
  const pressedTwice = await page.locator('form').evaluate((form) => {
    const stopped: boolean[] = [];
    form.addEventListener('submit', (event: Event) => {
      stopped.push(event.defaultPrevented);
      event.preventDefault();
    });
    const button = form.querySelector('[type=submit]');
    button.click();
    button.click();
    return { stopped, says: button.textContent, disabled: button.getAttribute('aria-disabled') };
  });
  assert.deepEqual(pressedTwice, { stopped: [false, true], says: 'One moment…', disabled: 'true' });
  await context.close();
});

test('the password can be looked at', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await page.goto(authorizeUrl());
  await fillIn(page, people[0]);
  const password = page.getByLabel('Password', { exact: true });
  await page.getByRole('button', { name: 'Show password' }).click();
  assert.equal(await password.getAttribute('type'), 'text');
  assert.equal(await password.inputValue(), PASSWORD);
  await page.getByRole('button', { name: 'Hide password' }).click();
  assert.equal(await password.getAttribute('type'), 'password');
  await context.close();
});
