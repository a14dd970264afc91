import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disableUser } from '../../server/accounts/administration/disable-user.ts';
import { openHttpSession } from '../http-session.ts';
import { openPages } from './open-pages.ts';
import { addPerson, invitePerson, PASSWORD, TEMPORARY } from './people.ts';

const pages = await openPages({ pool: { Schema: [{ Name: 'given_name', Required: true, Mutable: true }] } });
const { pool } = pages;
const maria = await addPerson(pool, 'maria');

/** The visible words of a page, without what was typed. */
const words = (body: string) => body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('a right password ends the interaction for that person and leads back with a 302', async () => {
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const answer = await browser.submit(await browser.get(page('sign-in')), {
    username: 'maria',
    password: PASSWORD,
  });
  assert.equal(answer.status, 302);
  assert.equal(answer.location, `${pages.base}/oauth2/authorize/${uid}`);
  assert.deepEqual(pages.finished.get(uid), {
    accountId: maria.id,
    epoch: maria.epoch,
    authTime: pool.clock.now(),
  });
});

test('HUI-163 an unknown name and a wrong password get the same status and the same words', async () => {
  const answers = await Promise.all(
    ['maria', 'nobody'].map(async (username) => {
      const browser = openHttpSession();
      const { page } = pages.begin();
      return browser.submit(await browser.get(page('sign-in')), { username, password: 'Wrong-password-1' });
    }),
  );
  const [known, unknown] = answers;
  assert.equal(known?.status, 400);
  assert.equal(unknown?.status, 400);
  assert.equal(words(known?.body ?? ''), words(unknown?.body ?? ''));
  assert.match(words(known?.body ?? ''), /That sign-in name or password is not right/);
});

test('a failed post gives back the name that was typed, never the password', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin();
  const shown = await browser.get(page('sign-in'));
  const answer = await browser.submit(shown, { username: 'ma"ria<b>', password: 'Wrong-password-2' });
  assert.match(answer.body, /name="username"[^>]*value="ma&#34;ria&lt;b&gt;"/);
  assert.doesNotMatch(answer.body, /Wrong-password-2/);
});

test('ATK-44 an empty post proves nothing: the page says what is missing', async () => {
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const answer = await browser.submit(await browser.get(page('sign-in')), {});
  assert.equal(answer.status, 400);
  assert.match(answer.body, /id="field-username-error">Please fill in “Username”/);
  assert.match(answer.body, /id="field-password"[^>]*aria-describedby="field-password-error"/);
  assert.equal(pages.finished.has(uid), false);
});

test('a disabled person is told so, with the right password only', async () => {
  await addPerson(pool, 'disabled');
  await disableUser(pool, 'disabled');
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const shown = await browser.get(page('sign-in'));
  const wrong = await browser.submit(shown, { username: 'disabled', password: 'Wrong-password-1' });
  assert.match(wrong.body, /That sign-in name or password is not right/);
  const right = await browser.submit(shown, { username: 'disabled', password: PASSWORD });
  assert.match(right.body, /This account has been switched off/);
  assert.equal(pages.finished.has(uid), false);
});

test('HUI-166 a temporary password leads to a page that asks for a new one and what is missing, then back', async () => {
  const invited = await invitePerson(pool, 'invited');
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const signIn = await browser.get(page('sign-in'));
  const led = await browser.submit(signIn, { username: 'invited', password: TEMPORARY });
  assert.equal(led.status, 303);
  assert.equal(led.location, page('new-password'));
  assert.equal(pages.finished.has(uid), false);

  const form = await browser.get(page('new-password'));
  assert.match(form.body, /name="given_name"[^>]*autocomplete="given-name"/);
  const weak = await browser.submit(form, { password: 'weak', given_name: 'Ina' });
  assert.match(weak.body, /id="field-password-error">This password does not have all that is needed/);
  assert.match(weak.body, /name="given_name"[^>]*value="Ina"/);

  const done = await browser.submit(form, { password: PASSWORD, given_name: 'Ina' });
  assert.equal(done.location, `${pages.base}/oauth2/authorize/${uid}`);
  assert.equal(pages.finished.get(uid)?.accountId, invited.id);
  assert.equal((await pool.accounts.find(invited.id))?.attributes['given_name'], 'Ina');
});

test('ATK-44 a later page is not reached by its address: without a proven password all lead to sign-in', async () => {
  for (const name of ['new-password', 'confirm-sign-up', 'resend-code'] as const) {
    const browser = openHttpSession();
    const { page, uid } = pages.begin();
    const opened = await browser.get(page(name));
    assert.equal(opened.location, page('sign-in'), name);
    // The token of another form is good for the post; the step still is not.
    const { body } = await browser.get(page('sign-in'));
    const csrf = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
    const posted = await browser.post(page(name), { _csrf: csrf, password: PASSWORD, code: '123456' });
    assert.equal(posted.location, page('sign-in'), name);
    assert.match((await browser.get(page('sign-in'))).body, /That took too long/);
    assert.equal(pages.finished.has(uid), false);
  }
});

test('a page that waited too long leads to sign-in and changes nothing', async () => {
  await invitePerson(pool, 'slow');
  const browser = openHttpSession();
  const { page } = pages.begin();
  await browser.submit(await browser.get(page('sign-in')), { username: 'slow', password: TEMPORARY });
  const form = await browser.get(page('new-password'));
  pages.pass(61 * 60 * 1000);
  const late = await browser.submit(form, { password: PASSWORD, given_name: 'Sam' });
  assert.equal(late.location, page('sign-in'));
  assert.equal((await pool.accounts.findByName('username', 'slow'))?.status, 'FORCE_CHANGE_PASSWORD');
});

test('going back after the sign-in ended says so and leads on with the same request', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin();
  const form = await browser.get(page('sign-in'));
  await browser.submit(form, { username: 'maria', password: PASSWORD });
  const again = await browser.submit(form, { username: 'maria', password: PASSWORD });
  assert.equal(again.status, 400);
  assert.match(again.body, /This page has expired/);
  const link = /class="primary[^"]*" href="([^"]+)"/.exec(again.body)?.[1]?.replaceAll('&amp;', '&');
  const { search } = new URL(page('sign-in'));
  assert.equal(link, `/acme/login${search.replace(/interaction=[^&]+&/, '')}`);
});

test('HUI-212 login_hint fills the name in, as text', async () => {
  const browser = openHttpSession();
  const { page } = pages.begin({ loginHint: '"><script>alert(1)</script>maria' });
  const { body } = await browser.get(page('sign-in'));
  assert.match(body, /name="username"[^>]*value="&#34;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;maria"/);
  assert.doesNotMatch(body, /<script>/);
});

test('a live session is offered by name, can be continued, and another account can be used', async () => {
  const browser = openHttpSession();
  const { page, uid } = pages.begin({ signedInAs: maria.id });
  const shown = await browser.get(page('sign-in'));
  assert.match(shown.body, /Continue as maria@example\.com/);
  assert.doesNotMatch(shown.body, /type="password"/);
  const other = await browser.get(`${page('sign-in')}&other=1`);
  assert.match(other.body, /type="password"/);
  const continued = await browser.submit(shown, {});
  assert.equal(continued.status, 302);
  assert.deepEqual(pages.finished.get(uid), { accountId: maria.id });
});

test('nobody continues a session that is not there', async () => {
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  const shown = await browser.get(page('select-account'));
  assert.doesNotMatch(shown.body, /Continue as/);
  assert.match(shown.body, new RegExp(`href="/acme/login\\?interaction=${uid}`));
});
