import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminConfirmSignUp } from '../../server/accounts/sign-up/admin-confirm-sign-up.ts';
import { openHttpSession, type Page, readForm } from '../http-session.ts';
import { openPages, type Pages } from './open-pages.ts';
import { addPerson, PASSWORD } from './people.ts';

const required = (...names: string[]) => names.map((Name) => ({ Name, Required: true, Mutable: true }));
const fieldsOf = (page: Page) => Object.keys(readForm(page).values).filter((name) => name !== '_csrf');
const codeIn = (pages: Pages) => /\b\d{6}\b/.exec(pages.mail.sent()[0]?.text ?? '')?.[0] ?? '';

async function open(pages: Pages, name: 'sign-up' | 'sign-in' = 'sign-up') {
  const browser = openHttpSession();
  const begun = pages.begin();
  return { browser, ...begun, form: await browser.get(begun.page(name)) };
}

const byEmail = await openPages({
  pool: {
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    Schema: required('email', 'name'),
  },
});

test('HUI-168 the form asks for every required attribute, with the right kind of field', async () => {
  const names = ['birthdate', 'phone_number', 'website', 'family_name', 'email'];
  const { form } = await open(await openPages({ pool: { Schema: required(...names) } }));
  assert.deepEqual(new Set(fieldsOf(form)), new Set(['username', ...names, 'password']));
  assert.match(form.body, /name="birthdate" type="date" autocomplete="bday"/);
  assert.match(form.body, /name="phone_number" type="tel" autocomplete="tel"/);
  assert.match(form.body, /name="email" type="email" autocomplete="email"/);
  assert.match(form.body, /name="password" type="password" autocomplete="new-password"/);
});

test('HUI-168 the password policy of the pool is on the page in words, and as data for the live check', async () => {
  const { form } = await open(
    await openPages({ pool: { Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true } } } }),
  );
  const rules = [...form.body.matchAll(/<li data-(minimum|characters)="([^"]*)">([^<]*)/g)].map((m) =>
    m.slice(1),
  );
  assert.deepEqual(rules, [
    ['minimum', '12', 'at least 12 characters'],
    ['characters', '0123456789', 'a digit'],
  ]);
});

test('where the e-mail address is the sign-in name it is asked for once', async () => {
  const { form } = await open(byEmail);
  assert.deepEqual(fieldsOf(form), ['username', 'name', 'password']);
  assert.match(form.body, /for="field-username">Email address<[\s\S]*name="username" type="email"/);
});

test('a new person gets a code by mail, confirms with it, and is signed in without typing the password again', async () => {
  const { browser, form, page, uid } = await open(byEmail);
  const made = await browser.submit(form, { username: 'ina@example.com', name: 'Ina', password: PASSWORD });
  assert.equal(made.location, page('confirm-sign-up'));
  const confirm = await browser.get(page('confirm-sign-up'));
  assert.match(confirm.body, /We sent a code to i\*\*\*@e\*\*\*\./);
  assert.match(confirm.body, /name="code"[^>]*autocomplete="one-time-code"[^>]*inputmode="numeric"/);
  assert.equal(byEmail.mail.sent()[0]?.to, 'ina@example.com');

  const wrong = await browser.submit(confirm, { code: '000000' }, /name="code"/);
  assert.equal(wrong.status, 400);
  assert.match(wrong.body, /id="field-code-error">That code is not right/);
  assert.doesNotMatch(wrong.body, /000000/);

  // As people copy it.
  const code = codeIn(byEmail).replace(/(...)/, '$1 ');
  const done = await browser.submit(confirm, { code: ` ${code} ` }, /name="code"/);
  assert.equal(done.location, `${byEmail.base}/oauth2/authorize/${uid}`);
  const account = await byEmail.pool.accounts.findByName('email', 'ina@example.com');
  assert.equal(byEmail.finished.get(uid)?.accountId, account?.id);
  assert.equal(account?.status, 'CONFIRMED');
});

test('HUI-167 an unconfirmed person who signs in is led to the confirmation page, and can have a new code sent', async () => {
  const first = await open(byEmail);
  const typed = { username: 'uma@example.com', password: PASSWORD };
  await first.browser.submit(first.form, { ...typed, name: 'Uma' });
  const oldCode = codeIn(byEmail);

  const { browser, form, page, uid } = await open(byEmail, 'sign-in');
  const led = await browser.submit(form, typed);
  assert.equal(led.location, page('confirm-sign-up'));
  const confirm = await browser.get(page('confirm-sign-up'));
  const resent = await browser.submit(confirm, {}, /Send a new code/);
  assert.equal(resent.location, page('confirm-sign-up'));
  assert.match((await browser.get(page('confirm-sign-up'))).body, /A new message is on its way/);

  const old = await browser.submit(confirm, { code: oldCode }, /name="code"/);
  assert.equal(old.status, 400);
  const done = await browser.submit(confirm, { code: codeIn(byEmail) }, /name="code"/);
  assert.equal(done.status, 302);
  assert.ok(byEmail.finished.has(uid));
});

test('a mail server that is away: the account is there, the page says so, and the message can be sent again', async () => {
  let away = true;
  const pages = await openPages({
    pool: { UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] },
    mailFails: () => away,
  });
  const { browser, form, page } = await open(pages);
  await browser.submit(form, { username: 'ada@example.com', password: PASSWORD });
  const confirm = await browser.get(page('confirm-sign-up'));
  assert.match(confirm.body, /Your account was made, but the message could not be sent/);
  assert.doesNotMatch(confirm.body, /We sent a code/);
  const again = await browser.submit(confirm, {}, /Send a new code/);
  assert.equal(again.status, 400);
  assert.match(again.body, /The message could not be sent/);

  away = false;
  await browser.submit(confirm, {}, /Send a new code/);
  const done = await browser.submit(confirm, { code: codeIn(pages) }, /name="code"/);
  assert.equal(done.status, 302);
});

test('a new person with a telephone gets the code in a text message, and the page says so', async () => {
  const byPhone = await openPages({
    pool: { UsernameAttributes: ['phone_number'], AutoVerifiedAttributes: ['phone_number'] },
  });
  const { browser, form, page, uid } = await open(byPhone);
  const made = await browser.submit(form, { username: '+12065550100', password: PASSWORD });
  assert.equal(made.location, page('confirm-sign-up'));
  const confirm = await browser.get(page('confirm-sign-up'));
  assert.match(confirm.body, /We sent a text message with a code to \+\*{7}0100\./);
  assert.doesNotMatch(confirm.body, /mail/);
  const [{ to, text } = { to: '', text: '' }] = byPhone.sms.sent();
  assert.equal(to, '+12065550100');
  const [code = ''] = /\d{6}/.exec(text) ?? [];
  await browser.submit(confirm, { code }, /name="code"/);
  assert.ok(byPhone.finished.has(uid));

  const later = openHttpSession();
  const forgot = byPhone.begin();
  const asked = await later.get(forgot.page('forgot-password'));
  await later.submit(asked, { username: '+12065550100' });
  const known = await later.get(forgot.page('reset-password'));
  assert.match(known.body, /a text message with a code is on its way to \+\*{7}0100/);
  assert.equal(byPhone.sms.sent().length, 2);
});

test('what is wrong with a sign-up is told at its field, and what was typed stays', async () => {
  await addPerson(byEmail.pool, 'taken@example.com', 'taken@example.com');
  const { browser, form } = await open(byEmail);
  const typed = { username: 'taken@example.com', name: 'Tom', password: PASSWORD };
  const taken = await browser.submit(form, typed);
  assert.match(taken.body, /id="field-username-error">There is an account with this already/);
  assert.match(taken.body, /name="name"[^>]*value="Tom"/);
  const weak = await browser.submit(form, { ...typed, username: 'tim@example.com', password: 'short' });
  assert.match(weak.body, /id="field-password-error"/);
  assert.doesNotMatch(weak.body, /value="short"/);
  const odd = await browser.submit(form, { ...typed, username: 'not an address' });
  assert.match(odd.body, /id="field-username-error">/);
});

test('HUI-169 where only administrators make accounts there is no way to sign up, on the page or past it', async () => {
  const pages = await openPages({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
  const { browser, form, page } = await open(pages, 'sign-in');
  assert.doesNotMatch(form.body, /\/acme\/signup/);
  const shown = await browser.get(page('sign-up'));
  assert.match(shown.body, /New accounts are made for you/);
  assert.doesNotMatch(shown.body, /<form/);
  const csrf = readForm(form).values['_csrf'] ?? '';
  const posted = await browser.post(page('sign-up'), { _csrf: csrf, username: 'eve', password: PASSWORD });
  assert.equal(posted.status, 400);
  assert.equal(await pages.pool.accounts.findByName('username', 'eve'), undefined);
});

test('without a contact to prove, the page says that an administrator confirms, and goes on once one has', async () => {
  const pages = await openPages({ pool: { AutoVerifiedAttributes: [] } });
  const { browser, form, page, uid } = await open(pages);
  await browser.submit(form, { username: 'quiet', password: PASSWORD });
  const waiting = await browser.get(page('confirm-sign-up'));
  assert.match(waiting.body, /have to confirm it before you can sign in/);
  assert.doesNotMatch(waiting.body, /name="code"/);
  const early = await browser.submit(waiting, {});
  assert.equal(early.location, page('confirm-sign-up'));
  assert.match((await browser.get(page('confirm-sign-up'))).body, /not confirmed yet/);
  await adminConfirmSignUp(pages.pool, 'quiet');
  assert.equal((await browser.submit(waiting, {})).status, 302);
  assert.ok(pages.finished.has(uid));
});
