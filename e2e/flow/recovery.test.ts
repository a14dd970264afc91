import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from '../http-session.ts';
import { openPages } from './open-pages.ts';
import { addPerson, PASSWORD } from './people.ts';

const pages = await openPages();
const { pool, mail } = pages;
const NEW_PASSWORD = 'Another-horse-2';

test('HUI-170 a code by mail and a new password lead back to sign-in with the request as it was', async () => {
  await addPerson(pool, 'maria');
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const signIn = await browser.get(page('sign-in'));
  assert.ok(
    signIn.body.includes(
      `href="${page('forgot-password')
        .replace(/^.*?\/acme/, '/acme')
        .replaceAll('&', '&amp;')}"`,
    ),
  );

  const asked = await browser.submit(await browser.get(page('forgot-password')), { username: 'maria' });
  assert.equal(asked.location, page('reset-password'));
  const form = await browser.get(page('reset-password'));
  assert.match(form.body, /m\*\*\*@e\*\*\*/);
  assert.match(form.body, /autocomplete="username" value="maria"/);
  const code = /\b\d{6}\b/.exec(mail.sent()[0]?.text ?? '')?.[0] ?? '';

  const weak = await browser.submit(form, { code, password: 'weak' });
  assert.match(weak.body, /id="field-password-error"/);
  const wrong = await browser.submit(form, { code: '000000', password: NEW_PASSWORD });
  assert.match(wrong.body, /id="field-code-error"/);
  const done = await browser.submit(form, { code, password: NEW_PASSWORD });
  assert.equal(done.location, page('sign-in'));

  const back = await browser.get(page('sign-in'));
  assert.match(back.body, /Your password has been changed/);
  assert.match(back.body, /name="username"[^>]*value="maria"/);
  const signedIn = await browser.submit(back, { username: 'maria', password: NEW_PASSWORD });
  assert.equal(signedIn.location, `${pages.base}/oauth2/authorize/${uid}`);
});

test('someone without an account sees the same pages, and no mail goes out', async () => {
  const sentBefore = mail.sent().length;
  const browser = openHttpSession();
  const { page } = pages.begin();
  const asked = await browser.submit(await browser.get(page('forgot-password')), { username: 'nobody' });
  assert.equal(asked.location, page('reset-password'));
  const form = await browser.get(page('reset-password'));
  assert.match(form.body, /If there is an account, a code is on its way to \w\*\*\*@\w\*\*\*/);
  const answer = await browser.submit(form, { code: '123456', password: NEW_PASSWORD });
  assert.match(answer.body, /id="field-code-error"/);
  assert.equal(mail.sent().length, sentBefore);
});

test('a person whose password must be reset is led to that page, with the name filled in', async () => {
  const { id } = await addPerson(pool, 'imported');
  await pool.accounts.update(id, (account) => ({ ...account, status: 'RESET_REQUIRED' }));
  const browser = openHttpSession();
  const { page } = pages.begin();
  const led = await browser.submit(await browser.get(page('sign-in')), {
    username: 'imported',
    password: PASSWORD,
  });
  assert.equal(led.location, page('forgot-password'));
  const { body } = await browser.get(page('forgot-password'));
  assert.match(body, /Your password has to be reset/);
  assert.match(body, /name="username"[^>]*value="imported"/);
});

test('the page for the code, opened by its address, asks who is there', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin();
  const { body } = await browser.get(page('reset-password'));
  assert.match(body, /name="username"/);
  assert.match(body, /name="code"/);
});

test('where only administrators reset passwords there is no way to ask for a code', async () => {
  const closed = await openPages({
    pool: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } },
  });
  const browser = openHttpSession();
  const { page } = closed.begin();
  assert.doesNotMatch((await browser.get(page('sign-in'))).body, /forgotPassword/);
  assert.match((await browser.get(page('forgot-password'))).body, /Passwords are reset for you/);
});
