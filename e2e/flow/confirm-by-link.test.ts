import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disableUser } from '../../server/accounts/administration/disable-user.ts';
import { DEFAULT_LIMITS } from '../../server/settings/limits.ts';
import { openHttpSession } from '../http-session.ts';
import { openPages } from './open-pages.ts';
import { PASSWORD } from './people.ts';

const pages = await openPages({
  pool: {
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
  },
});
const DAY_MS = 24 * 60 * 60 * 1000;

async function signUp(username: string) {
  const browser = openHttpSession();
  const { page, uid } = pages.begin();
  await browser.submit(await browser.get(page('sign-up')), { username, password: PASSWORD });
  const link = /href="([^"]*\/confirmUser[^"]*)"/.exec(pages.mail.sent()[0]?.html ?? '')?.[1];
  const account = () => pages.pool.accounts.findByName('email', username);
  return { browser, page, uid, account, link: link?.replaceAll('&amp;', '&') ?? '' };
}

test('USR-43 the link confirms in any browser, and the page that waits goes on', async () => {
  const { link, account, browser, page, uid } = await signUp('link@example.com');
  assert.ok(link.startsWith(`${pages.base}/confirmUser?`));
  const waiting = await browser.get(page('confirm-sign-up'));
  assert.match(waiting.body, /We sent a link to l\*\*\*@e\*\*\*/);
  const early = await browser.submit(waiting, {}, /I opened the link/);
  assert.equal(early.location, page('confirm-sign-up'));

  const opened = await openHttpSession().get(link);
  assert.equal(opened.status, 200);
  assert.match(opened.body, /Your registration has been confirmed!/);
  assert.equal((await account())?.status, 'CONFIRMED');

  const done = await browser.submit(waiting, {}, /I opened the link/);
  assert.equal(done.location, `${pages.base}/oauth2/authorize/${uid}`);
});

test('a link that a mail scanner opened first still says yes to the person, for a day', async () => {
  const { link } = await signUp('scanned@example.com');
  for (let i = 0; i < 7; i++) assert.equal((await openHttpSession().get(link)).status, 200);
  pages.pass(DAY_MS + 1);
  assert.equal((await openHttpSession().get(link)).status, 400);
});

test('USR-44 an altered or expired link is a page with status 400 and changes nothing', async () => {
  const { link, account } = await signUp('late@example.com');
  const altered = [
    link.replace(/code=(\d)/, (_, digit) => `code=${(Number(digit) + 1) % 10}`),
    link.replace(/client_id=[^&]+/, 'client_id=unknown'),
    link.replace(/user_name=[^&]+/, 'user_name=somebody-else'),
    link.replace(/&confirmation_code=\d+/, ''),
    `${link}&user_name=twice`,
  ];
  for (const wrong of altered) {
    const answer = await openHttpSession().get(wrong);
    assert.equal(answer.status, 400, wrong);
    assert.match(answer.body, /This link does not work/);
  }
  assert.equal((await account())?.status, 'UNCONFIRMED');
  pages.pass(DAY_MS + 1);
  assert.equal((await openHttpSession().get(link)).status, 400);
  assert.equal((await account())?.status, 'UNCONFIRMED');
});

test('who was switched off before coming back to the page that waits is led to sign-in', async () => {
  const { link, browser, page, uid } = await signUp('off@example.com');
  await openHttpSession().get(link);
  await disableUser(pages.pool, 'off@example.com');
  const led = await browser.get(page('confirm-sign-up'));
  assert.equal(led.location, page('sign-in'));
  assert.equal(pages.finished.has(uid), false);
});

test('any other parameter of the link is ignored, and a HEAD request confirms nobody', async () => {
  const { link, account } = await signUp('head@example.com');
  assert.equal((await fetch(link, { method: 'HEAD' })).status, 405);
  assert.equal((await account())?.status, 'UNCONFIRMED');
  assert.equal((await openHttpSession().get(`${link}&utm_source=mail`)).status, 200);
  assert.equal((await account())?.status, 'CONFIRMED');
});

test('a made-up link learns nothing about who has an account', async () => {
  await signUp('here@example.com');
  const ask = async (user: string) => {
    const query = `client_id=${pages.client.id}&user_name=${user}&confirmation_code=123456`;
    return openHttpSession().get(`${pages.base}/confirmUser?${query}`);
  };
  const [known, unknown] = await Promise.all([ask('here@example.com'), ask('nobody@example.com')]);
  assert.equal(known.body, unknown.body);
  assert.equal(known.status, unknown.status);
});

test('past the limit of wrong codes a link is told to come again, and is good then', async () => {
  const { link, account } = await signUp('patient@example.com');
  const open = (address: string) => openHttpSession().get(address);
  pages.pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 0, perPool: 2 } };
  const wrong = link.replace(/code=(\d)/, (_, digit) => `code=${(Number(digit) + 1) % 10}`);
  // Into a minute of the clock of its own: the pool's limit is counted by that.
  pages.pass(60_000);
  for (let i = 0; i < 2; i++) assert.equal((await open(wrong)).status, 400);
  const answer = await open(link);
  assert.equal(answer.status, 429);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.match(answer.body, /tried too often/);
  assert.equal((await account())?.status, 'UNCONFIRMED');
  pages.pass(60_000);
  assert.equal((await open(link)).status, 200);
  pages.pool.limits = undefined;
});
